"""Asks schemathesis to break every route, as each role, by a description made from the URL map.

Parameters come from the rules and from those the screens read; fields from the forms of the room.
No answer may be a fault of ours. schemathesis has an environment of its own: `make torture`
installs it from requirements/torture.txt, no other command does.
"""

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from wtforms import Form

from tests.checks.hostile import PARAMS, TEXTS
from tools.bench import token_of
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.addresses import FILES, application_of, records
from tools.torture.hostile import GOES_AWAY
from tools.torture.served import Served, served
from tracker.cli.serve import ACCOUNTS
from tracker.db import db
from tracker.domain.people import Permission
from tracker.models import Grant
from tracker.queries.people import actor_named
from tracker.queries.wall import open_to_the_system

PROGRAM = Path(__file__).resolve().parents[2] / "build" / "schemathesis" / "bin" / "schemathesis"
HARMFUL = GOES_AWAY | {"people.disable_person", "people.reset_password", "people.reset_factors"}
"""Forms that would shut somebody out; only a stranger sends them, after all others have asked."""
STRANGER = ""
"""The name of nobody's account."""
IN_TURN = sorted(ACCOUNTS, key=lambda account: account == "quantri")
Operation = tuple[str, str]
FORM = "application/x-www-form-urlencoded"


def description_of(app: Flask, known: dict[str, tuple[Any, ...]], dice: Random) -> dict[str, Any]:
    """Return the OpenAPI description of every route; `known` are records by argument.

    Each reading route is asked for the page and for some other parameters, by the dice: all of
    them at once make an address too long for the server to hand on.
    """
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint in FILES:
            continue
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            paths[path][method.lower()] = operation(rule, method, known, dice)
    return {
        "openapi": "3.0.3",
        "info": {"title": "routes", "version": "1"},
        "paths": dict(paths),
    }


def operation(
    rule: Rule, method: str, known: dict[str, tuple[Any, ...]], dice: Random
) -> dict[str, Any]:
    """Return the description of one route by one method."""
    told: dict[str, Any] = {
        "operationId": f"{rule.endpoint}.{method.lower()}",
        "parameters": [argument(name, known) for name in sorted(rule.arguments)],
        "responses": {"default": {"description": "any"}},
    }
    if method == "GET":
        told["parameters"] += [
            {"name": name, "in": "query", "schema": a_text(40, dice)}
            for name in {"page": 0, **dict.fromkeys(dice.sample(PARAMS, 6))}
        ]
        return told
    fields = {name: a_text(400, dice) for name in fields_of(rule.endpoint)}
    schema = {"type": "object", "properties": fields, "additionalProperties": {"type": "string"}}
    told["requestBody"] = {"required": True, "content": {FORM: {"schema": schema}}}
    return told


def a_text(longest: int, dice: Random) -> dict[str, Any]:
    """Return the description of a text: any, or one of some that nobody means well by."""
    hostile = [text for text in TEXTS.values() if len(text) <= longest]
    # What stands first is sent beside each border of the others: it must not be refused itself.
    listed = ["1", *dice.sample(hostile, 6)]
    any_text = {"type": "string", "maxLength": longest}
    return {"anyOf": [{"type": "string", "enum": listed}, any_text]}


def argument(name: str, known: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    """Return the description of an argument in a path: a record that is there, or any text."""
    there = [str(one) for one in known.get(name, (1,))]
    schema = {"anyOf": [{"type": "string", "enum": there}, {"type": "string", "minLength": 1}]}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def fields_of(endpoint: str) -> list[str]:
    """Return the fields of all forms in the room of an endpoint."""
    room = endpoint.partition(".")[0]
    folder = Path("tracker/web") / room
    names: set[str] = set()
    for file in sorted((Path(__file__).resolve().parents[2] / folder).glob("*.py")):
        module = importlib.import_module(f"tracker.web.{room}.{file.stem}")
        for _name, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, Form):
                names |= {
                    one for one in dir(found) if hasattr(getattr(found, one, None), "field_class")
                }
    return sorted(names)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one account's cases."""

    cases: int = 0
    faults: tuple[str, ...] = ()

    def __add__(self, other: "Seen") -> "Seen":
        """Return both together."""
        return Seen(self.cases + other.cases, self.faults + other.faults)


def attack(instance: Served, asked: Asked, account: str, spec: Path, phase: str) -> Seen:
    """Let schemathesis ask as one account, by the dice ("fuzzing") or in order ("coverage")."""
    visitor = instance.visitor(account)
    token = token_of(visitor, "/sign-in" if account == STRANGER else "/people/rights")
    report = spec.with_name(f"{account}-{phase}.ndjson")
    command = [
        str(PROGRAM), "run", str(spec), "--url", instance.instance.url,
        "--checks", "not_a_server_error", "--mode", "all", "--phases", phase,
        "--max-examples", str(asked.amount), "--seed", str(asked.seed), "--continue-on-failure",
        "--header", f"Cookie: {visitor.headers['Cookie']}", "--header", f"X-CSRFToken: {token}",
        "--report", "ndjson", "--report-ndjson-path", str(report), "--no-color", "--workers", "2",
        "--suppress-health-check", "all", "--generation-database", "none",
    ]  # fmt: skip
    environ = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(
        command, cwd=spec.parent, env=environ, capture_output=True, text=True, check=False
    )
    seen = read_report(report)
    report.unlink(missing_ok=True)
    if done.returncode not in {0, 1} or not seen.cases:
        told = f"schemathesis did not run: {(done.stdout + done.stderr)[-600:]}"
        seen += Seen(faults=(told,))
    return replace(seen, faults=tuple(f"{account or 'stranger'}: {one}" for one in seen.faults))


def read_report(report: Path) -> Seen:
    """Return how many answers there were, and each that was a fault of ours."""
    cases, faults = 0, []
    if not report.exists():
        return Seen()
    with report.open() as lines:
        for line in lines:
            for told in _answers(json.loads(line)):
                cases += 1
                if told["status"] >= 500:
                    faults.append(f"{told['status']} {told['method']} {told['uri'][:300]}")
    return Seen(cases, tuple(faults))


def shared_out(app: Flask, description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the description in parts by account: each operation for the first who may use it.

    What nobody may use is left out, as is an account that would be the second for everything; the
    stranger has what is harmful.
    """
    day = max(grant.valid_from for grant in db.session.scalars(select(Grant)))
    parts: dict[str, set[Operation]] = defaultdict(set)
    parts[STRANGER] = harmful(description)
    for account in IN_TURN:
        actor = actor_named(db.session(), account, day)
        taken = {one for part in parts.values() for one in part}
        for how, path, told in operations(description):
            view = app.view_functions[endpoint_of(told)]
            need = getattr(view, "needs", None)
            is_free = (how, path) not in taken
            if is_free and (not isinstance(need, Permission) or (actor and actor.may(need))):
                parts[account].add((how, path))
    return {account: narrowed(description, chosen) for account, chosen in parts.items()}


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give each operation: its method, its path, what is told of it."""
    for path, methods in description["paths"].items():
        for how, told in methods.items():
            yield how, path, told


def endpoint_of(told: dict[str, Any]) -> str:
    """Return the endpoint of an operation."""
    return str(told["operationId"]).rpartition(".")[0]


def harmful(description: dict[str, Any]) -> set[Operation]:
    """Return the forms that would shut somebody out, each a method and a path."""
    return {
        (how, path)
        for how, path, told in operations(description)
        if how == "post" and endpoint_of(told) in HARMFUL
    }


def narrowed(description: dict[str, Any], chosen: Collection[Operation]) -> dict[str, Any]:
    """Return the description of these operations alone, each a method and a path."""
    paths = {
        path: {how: told for how, told in methods.items() if (how, path) in chosen}
        for path, methods in description["paths"].items()
    }
    return {**description, "paths": {path: told for path, told in paths.items() if told}}


def _answers(event: Any) -> list[dict[str, Any]]:
    """Return every answer that an event of the report tells of, wherever it stands in it."""
    found: list[dict[str, Any]] = []
    if isinstance(event, dict):
        answer, request = event.get("response"), event.get("request")
        if isinstance(answer, dict) and isinstance(request, dict) and "status_code" in answer:
            found.append(
                {
                    "status": int(answer["status_code"]),
                    "method": request.get("method", ""),
                    "uri": request.get("uri", ""),
                }
            )
        for value in event.values():
            found += _answers(value)
    elif isinstance(event, list):
        for value in event:
            found += _answers(value)
    return found


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that a brittle screen is found, then ask as every account; a stranger last.

    Everybody asks for everything by the dice. In a trial that is not short the first account that
    may use an operation asks for it in order too, each border of each field.
    """
    app = application_of(instance)
    with app.app_context():
        open_to_the_system(db.session())
        description = description_of(app, records(), asked.chance)
        parts = shared_out(app, description)
        db.session.remove()
        db.engine.dispose()
    with tempfile.TemporaryDirectory(prefix="tracker-torture-") as folder:
        few = _written(folder, "few", narrowed(description, {("get", "/projects")}))
        every = {(how, path) for how, path, _told in operations(description)}
        spec = _written(folder, "openapi", narrowed(description, every - harmful(description)))
        instance.serve("brittle")
        found = attack(instance, asked, "tonghop", few, "coverage").faults
        must_find(found, "a screen that breaks on a page that is no number")
        instance.serve()
        watch, by_dice, in_order = Watch(), Seen(), Seen()
        for account in (*IN_TURN, STRANGER):
            if account == STRANGER:
                spec = _written(folder, "openapi", description)
            by_dice += attack(instance, asked, account, spec, "fuzzing")
            if asked.amount > TRIAL.short and account in parts:
                part = _written(folder, account or "stranger", parts[account])
                in_order += attack(instance, asked, account, part, "coverage")
        seconds = watch.seconds
    routes = sum(len(methods) for methods in description["paths"].values())
    faults = by_dice.faults + in_order.faults
    figure = (
        f"{by_dice.cases:,} cases by the dice and {in_order.cases:,} in order on {routes} routes"
        f" as {len(ACCOUNTS)} accounts and a stranger, 5xx {len(faults)}"
    )
    return Outcome(figure, faults, seconds, "a brittle screen: found")


def _written(folder: str, name: str, description: dict[str, Any]) -> Path:
    """Return the file that a description was written to."""
    file = Path(folder) / f"{name}.json"
    file.write_text(json.dumps(description, ensure_ascii=False))
    return file


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    if not PROGRAM.exists():
        told = "schemathesis is not installed: `make torture` installs it from its own lock"
        return Outcome(told, (told,))
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial(
    "schema", "No route answers with a fault, whatever schemathesis sends.",
    "cases a route and role by the dice", 1, 5, run,
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main(TRIAL))
