"""Every address of the served product, from its URL map, with records that are there in it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import Select, select
from werkzeug.routing import Rule

from tools.torture.served import Served
from tracker.app import create_app
from tracker.db import db
from tracker.models import (
    Acceptance,
    Attachment,
    BidPackage,
    ClearancePoint,
    Contract,
    Contractor,
    Difficulty,
    Directive,
    DirectiveFile,
    Disbursement,
    Guarantee,
    Notice,
    Organisation,
    PeriodLock,
    Person,
    PlanLine,
    Project,
    Request,
    Submission,
)
from tracker.queries.wall import open_to_the_system

FILES = frozenset({"static", "style"})


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its endpoint, its URL, whether a form is sent there, the name in it."""

    endpoint: str
    url: str
    is_form: bool
    name: str = ""

    def with_name(self, text: str) -> "Address":
        """Return the address with another name of a record, where it has one."""
        if not self.name:
            return self
        return replace(self, url=self.url.replace(f"/{self.name}", f"/{text}", 1), name=text)


def application_of(instance: Served) -> Flask:
    """Return the application as it is served, to look at its URL map and its forms."""
    with patch.dict(os.environ, instance.environ):
        return create_app()


def addresses_of(instance: Served) -> list[Address]:
    """Return every address with some records in it, reading and sending apart."""
    app = application_of(instance)
    with app.app_context():
        open_to_the_system(db.session())
        values, families = records(), together()
        engine = db.engine
        db.session.remove()
    found = [
        one
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        if rule.endpoint not in FILES
        for one in _of(app, rule, values, families)
    ]
    engine.dispose()
    return found


def _of(
    app: Flask,
    rule: Rule,
    values: dict[str, tuple[object, ...]],
    families: tuple[Mapping[str, object], ...],
) -> Iterator[Address]:
    urls, arguments = app.url_map.bind("localhost"), sorted(rule.arguments)
    family = next((one for one in families if rule.arguments <= one.keys()), {})
    own = family if len(arguments) > 1 else {}
    for chosen in product(
        *((own[name],) if name in own else values.get(name, (1,)) for name in arguments)
    ):
        given = dict(zip(arguments, chosen, strict=True))
        name = str(chosen[0]) if chosen else ""
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            url = urls.build(rule.endpoint, given, method=method)
            yield Address(rule.endpoint, url, method == "POST", name)


def records() -> dict[str, tuple[object, ...]]:
    """Return, by the name of an argument in an address, records that are there."""

    def first(column: object, number: int = 2) -> tuple[object, ...]:
        rows = db.session.scalars(select(column).order_by(column).limit(number))  # type: ignore[call-overload]  # any column
        return tuple(rows) or (1,)

    built = tuple(one["code"] for one in together() if "code" in one)
    return {
        "code": tuple(dict.fromkeys((*first(Project.code), *built))),
        "entry_id": first(Disbursement.id),
        "username": tuple(one for one in first(Person.username, 9) if one in {"chidoc", "xa"}),
        "submission_id": first(Submission.id),
        "lock_id": first(PeriodLock.id, 1),
        "request_id": first(Request.id, 1),
        "difficulty_id": first(Difficulty.id),
        "directive_id": first(Directive.id),
        "contractor_id": first(Contractor.id),
        "file_id": first(Attachment.id),
        "notice_id": first(Notice.id, 1),
        "flag": ("f01", "f02", "f04"),
        "action": ("catch_up", "review"),
        "name": ("behind_tolerance",),
        "day": (date(2025, 4, 30),),
        "language": ("en", "vi"),
        "digest": ("0",),
        "record": ("lines", "entries", "scenarios", "organisations"),
        "number": (*first(PlanLine.id, 1), *first(Organisation.id, 1)),
    }


def together() -> tuple[Mapping[str, object], ...]:
    """Return records that belong to one another, of which an address names several."""
    contract = ("code", "package_id", "contract_id")
    signed = select(Project.code, Contract.package_id, Contract.id).join(
        Contract, Contract.project_id == Project.id
    )
    wanted: tuple[tuple[tuple[str, ...], Select[*tuple[Any, ...]]], ...] = (
        (
            (*contract, "guarantee_id"),
            signed.join(Guarantee, Guarantee.contract_id == Contract.id).add_columns(Guarantee.id),
        ),
        (
            (*contract, "acceptance_id"),
            signed.join(Acceptance, Acceptance.contract_id == Contract.id).add_columns(
                Acceptance.id
            ),
        ),
        (
            ("code", "package_id"),
            select(Project.code, BidPackage.id).join(
                BidPackage, BidPackage.project_id == Project.id
            ),
        ),
        (
            ("directive_id", "directive_file_id"),
            select(DirectiveFile.directive_id, DirectiveFile.id),
        ),
        (
            ("code", "point_id"),
            select(Project.code, ClearancePoint.id).join(
                ClearancePoint, ClearancePoint.project_id == Project.id
            ),
        ),
    )
    found = (
        (names, db.session.execute(chosen.order_by(*chosen.selected_columns).limit(1)).first())
        for names, chosen in wanted
    )
    return tuple(dict(zip(names, row, strict=True)) for names, row in found if row is not None)
