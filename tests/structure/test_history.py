"""Every form that changes something leaves a history that tells all of it, before and after.

Made from the forms of `tests.checks.asking`, which knows every form there is: a new one is
compared without being mentioned here.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.asking import form_asks
from tests.checks.browsing import Browser, token_on
from tests.checks.intruding import sent
from tests.checks.neighbours import Neighbourhood, a_neighbourhood
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_source
from tests.factories.sessions import a_browser
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Base, Change

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]

ELSEWHERE = frozenset(
    {
        "change", "change_link", "change_head", "seal", "sign_in_session", "sign_in_failure",
        "data_version", "project_month", "owner_day", "owner_month", "source_day",
        "directive_project", "directive_difficulty", "directive_partner",
        "project_standing", "standing_day", "standing_due", "period_figure", "rate_count",
        "red_span", "entry_link", "project_past", "viewing", "notice", "mail",
    }
)  # fmt: skip
"""The history itself, visits, links in (told with the person), what is computed from the rest,
what people are told."""
SECRET_OR_MADE = frozenset(
    {
        "id", "row_version", "rights_version", "name_folded", "code_folded", "name_sort",
        "unit_path", "unit_id", "created_by", "created_at", "recorded_by", "recorded_at",
        "granted_by", "granted_at", "ended_by", "ended_at", "proposed_by", "proposed_at",
        "approved_by", "approved_at", "idempotency_key", "request_hash", "password_hash",
        "planned", "disbursed", "advance", "last_plan_entry_id", "last_disbursement_id",
        "disabled_at", "must_change_password", "origin", "organisation_id", "project_id",
        "checked_by", "checked_at", "set_by", "set_at", "asked_by", "asked_at", "expires_at",
        "decided_by", "decided_at", "locked_by", "locked_at", "reconciled_by", "reconciled_at",
        "raised_by", "raised_at", "closed_by", "closed_at", "done_by", "done_at", "done_on",
        "issued_by", "issued_at", "measured_at", "text_folded", "audience", "is_automatic",
        "sent_by", "sent_at", "bound_at", "used_at", "local_off_at", "attached_by", "attached_at",
        "withdrawn_by", "withdrawn_at", "settled_by", "settled_at", "changed_by", "changed_at",
    }
)  # fmt: skip
"""What is secret, or follows from the rest; who and when stand in the change itself."""
BELONGS = {
    "project_owner": ("project", "project_id"),
    "project_location": ("project", "project_id"),
    "role_grant": ("person", "person_id"),
    "delegation": ("person", "person_id"),
    "access_review": ("person", "reviewed_by"),
    "entrance": ("person", "person_id"),
    "scenario_month": ("scenario", "scenario_id"),
    "decision_source": ("decision", "decision_id"),
    "difficulty_step": ("difficulty", "difficulty_id"),
    "directive_step": ("directive", "directive_id"),
    "directive_file": ("directive", "directive_id"),
    "directive_measure": ("directive", "directive_id"),
    "contract_member": ("contract", "contract_id"),
}
"""Rows told with the record they belong to, and by which column."""
TOLD_AS = {
    ("project_owner", "valid_from"): "owned_from",
    ("project_owner", "valid_until"): None,
    ("project_owner", "basis"): "reason",
    ("project_location", "note"): None,
    ("role_grant", "scope_kind"): "scope",
    ("scenario_month", "scenario_id"): None,
    ("scenario_month", "month"): None,
    ("scenario_month", "cumulative"): "cumulative",
    ("decision_source", "decision_id"): None,
    ("decision_source", "source_id"): None,
    ("decision_source", "amount"): "sources",
    ("project", "owner_id"): "owner",
    ("role_grant", "person_id"): None,
    ("delegation", "grant_id"): "grant",
    ("delegation", "person_id"): None,
    ("delegation", "valid_from"): "from",
    ("delegation", "valid_until"): "until",
    ("access_review", "reviewed_by"): None,
    ("access_review", "reviewed_on"): None,
    ("access_review", "reviewed_at"): None,
    ("entrance", "person_id"): None,
    ("role_grant", "valid_from"): "from",
    ("role_grant", "valid_until"): "until",
    ("decision", "total_investment"): "decided_total",
    ("decision", "year_from"): "decided_from",
    ("decision", "year_to"): "decided_to",
    ("decision", "reason"): "reason",
    ("disbursement", "reason"): "reason",
    ("disbursement", "year"): None,
    ("disbursement", "extended"): None,
    ("plan_line", "extended"): None,
    ("plan_line", "system"): None,
    ("submission", "state"): None,
    ("request", "state"): None,
    ("request", "subject_id"): None,
    ("request", "payload"): "payload_hash",
    ("request", "answer"): "reason",
    ("submission", "checked_reason"): "reason",
    ("request", "kind"): "request_kind",
    ("period_lock", "scope"): None,
    ("scenario", "scope"): "holder",
    ("scenario", "tier"): "holder",
    ("difficulty_step", "difficulty_id"): None,
    ("difficulty_step", "kind"): None,
    ("difficulty_step", "words"): None,
    ("difficulty_step", "due_on"): None,
    ("difficulty_step", "level"): None,
    ("directive_step", "directive_id"): None,
    ("directive_step", "kind"): None,
    ("directive_step", "due_on"): None,
    ("directive_file", "directive_id"): None,
    ("directive_measure", "directive_id"): None,
    ("directive_measure", "moment"): None,
    ("contract_member", "contract_id"): None,
    ("contract_member", "contractor_id"): "members",
    ("contract_member", "place"): None,
    ("contract_member", "share"): "members",
    ("progress_entry", "planned"): "planned_share",
    ("progress_entry", "actual"): "actual_share",
    ("progress_entry", "people"): "people_on_site",
    ("milestone_entry", "code"): "milestone",
    ("threshold", "code"): "threshold",
    ("clearance_entry", "counted"): "inventoried",
    ("clearance_point", "place"): "where",
}
"""Under which name a column is told, where it is another; None: by the deed or the rows beside."""


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


@pytest.fixture
def browser_of(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    def make(*roles: Role) -> FlaskClient:
        person = a_person(session)
        for role in roles:
            a_grant(session, person, role)
        return a_browser(app, session, person)

    return make


def rows_of(session: Session) -> Rows:
    """Return every row of every table that people change."""
    found: Rows = {}
    for table in Base.metadata.sorted_tables:
        if table.name in ELSEWHERE:
            continue
        keys = [column.name for column in table.primary_key]
        found[table.name] = {
            tuple(row[key] for key in keys): dict(row)
            for row in session.execute(select(table)).mappings()
        }
    return found


def plain(value: Any) -> Any:
    """Return a value as the history keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def differences(before: Rows, after: Rows) -> Iterator[tuple[str, int, dict[str, Any], str, Any]]:
    """Yield table, the record's key, the row, a column that is different now, and what it was."""
    for table, rows in after.items():
        subject, key = BELONGS.get(table, (table, "id"))
        for number, row in rows.items():
            old = before[table].get(number)
            for column, value in row.items():
                was = None if old is None else old[column]
                if value != was and column not in SECRET_OR_MADE:
                    yield subject, row[key], {"table": table, **row}, column, was


def untold(changes: list[Change], before: Rows, after: Rows) -> Iterator[str]:
    """Yield what is different now and is told by none of the changes."""
    for subject, key, row, column, was in differences(before, after):
        table = row["table"]
        name = TOLD_AS.get((table, column), column)
        if name is None:
            continue
        mine = [one for one in changes if is_about(one, subject, key)]
        if not mine:
            yield f"{table}.{column}: no change of {subject} {key}"
        elif name == "reason":
            if not any(one.reason == row[column] for one in mine):
                yield f"{table}.{column}: not the reason"
        elif not any(tells(one, name, plain(was), plain(row[column]), table) for one in mine):
            yield f"{table}.{column}: {was!r} to {row[column]!r} is not told by {name}"


def is_about(change: Change, subject: str, key: int) -> bool:
    """Tell whether a change is where what happened to a record is told."""
    if subject == "project":  # what follows from a decision is told with it
        return change.project_id == key
    if subject == "plan_line":  # opened by its first entry, which names it
        return bool((change.after or {}).get("plan_line_id") == key)
    return change.subject == subject and change.subject_id == key


def tells(change: Change, name: str, was: Any, now: Any, table: str) -> bool:
    """Tell whether a change says that a field became what it is, from what it was."""
    after, before = change.after or {}, change.before or {}
    if name not in after:
        return False
    if name in {"owner", "holder", "sources", "members"}:  # told by name, not by number
        return after[name] is not None or now is None
    if name == "payload_hash":  # an order may have thousands of rows: its mark is told
        text = json.dumps(now, sort_keys=True, ensure_ascii=False)
        return bool(after[name] == hashlib.sha256(text.encode()).hexdigest())
    if name == "cumulative":
        return now in after[name]
    if was is not None and table in {"project", "person"} and before.get(name) != was:
        return False
    return bool(after[name] == now)


def test_every_form_leaves_a_history_that_tells_all_it_changed(
    app: Flask, session: Session, world: Neighbourhood, browser_of: Callable[..., FlaskClient]
) -> None:
    place, own = world.attacked, world.sibling
    working = browser_of(Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER)
    admin = browser_of(Role.ADMIN)
    tokens = {id(one): token_on(one.get("/people/rights")) for one in (working, admin)}
    source, faults, compared = a_source(session).id, [], set()
    for ask in form_asks(app, place, own):
        if ask.partial:
            continue
        browser = admin if ask.endpoint.startswith("people.") else working
        with session.connection().begin_nested() as savepoint:
            if ask.endpoint == "people.enable_person":
                shut = ask.url.replace("/enable", "/disable")
                browser.post(shut, headers={"X-CSRFToken": tokens[id(browser)]})
            before = rows_of(session)
            known = set(session.scalars(select(Change.id)))
            sent(browser, ask, tokens[id(browser)], source)
            after = rows_of(session)
            if after != before:
                compared.add(ask.endpoint)
                changes = [one for one in session.scalars(select(Change)) if one.id not in known]
                found = set(untold(changes, before, after))
                faults += [f"{ask.endpoint}: {one}" for one in sorted(found)]
            savepoint.rollback()
            session.expire_all()
    assert sorted(set(faults)) == []
    assert len(compared) >= 15
