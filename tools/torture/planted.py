"""The product with a fault planted in it: `gunicorn tools.torture.planted:app`.

TORTURE_PLANT names the fault; without it this is the product itself. Nothing here touches a
file: the fault lives in this process alone.
"""

import os
import secrets
from collections.abc import Callable
from random import Random
from typing import Any

from flask import Flask, request

from tracker.app import create_app
from tracker.domain.disbursements import OverPlan
from tracker.models import Disbursement
from tracker.services import posting
from tracker.services.books import Books

VARIABLE = "TORTURE_PLANT"


def unkept(_app: Flask) -> None:
    """Keep another voucher than the one that is acknowledged, once in four times."""
    make, chance = Disbursement.__init__, Random(1)  # noqa: S311 - repeatable

    def other(entry: Any, **facts: Any) -> None:
        if chance.random() < 0.25:
            facts["voucher"] = secrets.token_hex(16)
        make(entry, **facts)

    Disbursement.__init__ = other  # type: ignore[assignment]  # planted


def doubled(_app: Flask) -> None:
    """Take each copy of a form for a form of its own."""
    make = Disbursement.__init__

    def anew(entry: Any, **facts: Any) -> None:
        make(entry, **{**facts, "idempotency_key": secrets.token_hex(16)})

    Disbursement.__init__ = anew  # type: ignore[assignment]  # planted
    Books.refuse_twin = lambda *_of: None  # type: ignore[method-assign]  # planted


def altered(_app: Flask) -> None:
    """Take a form with another content for the first one."""
    vars(posting)["hash_of"] = lambda _order: "0" * 64


def unbounded(_app: Flask) -> None:
    """Judge no amount by what is left of the plan."""
    vars(posting)["check_effect"] = lambda _effect, _room: None
    vars(posting)["check_reserved"] = lambda _effect, _room, _waiting: None


def stingy(_app: Flask) -> None:
    """Refuse odd amounts, however much is left."""

    def check(effect: Any, room: Any) -> None:
        if effect.counted % 2 or effect.counted > room.remaining:
            raise OverPlan(room.remaining, effect.counted)

    vars(posting)["check_effect"] = check


def brittle(app: Flask) -> None:
    """Break on digits that are no digits of ours, and on letters where a number is meant."""

    @app.before_request
    def read() -> None:
        for name, value in [*request.args.items(), *request.form.items()]:
            if name in {"page", "amount", "year"} and value:
                int(value.replace(".", ""))


def unescaped(app: Flask) -> None:
    """Write what people typed as if it were markup."""
    app.jinja_env.autoescape = False


PLANTS: dict[str, Callable[[Flask], None]] = {
    plant.__name__: plant
    for plant in (unkept, doubled, altered, unbounded, stingy, brittle, unescaped)
}


def planted() -> Flask:
    """Return the application, with the fault that the environment names."""
    app = create_app()
    if name := os.environ.get(VARIABLE):
        PLANTS[name](app)
    return app


if __name__ != "__main__" and os.environ.get("TRACKER_DATABASE_URL"):
    app = planted()
