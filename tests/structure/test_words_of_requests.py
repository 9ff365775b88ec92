"""Locks and every kind of request can be read in English."""

from dataclasses import fields, replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_domain
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person, an_act
from tests.factories.periods import a_request
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser
from tests.structure.test_words import left_in_vietnamese
from tools import catalogue
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.imports import ImportKind
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Role
from tracker.domain.periods import Strength
from tracker.domain.plans import PlanKind
from tracker.models import Person, PlanLine
from tracker.services.disbursements import RecordDisbursement, ReverseDisbursement
from tracker.services.grants import GrantRole
from tracker.services.imports.running import ImportOrder
from tracker.services.periods import LockPeriod, ReopenPeriod, lock_period
from tracker.services.plans import AssignPlan, LineKey, PlanDecision, PlanStep, TransferPlan
from tracker.services.request_kinds import KINDS, RecordMany, kind_of

DAY = date(2025, 4, 30)


@pytest.fixture
def english(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser in English of somebody who may see and decide everything."""
    monkeypatch.setattr(app, "test_client_class", Browser)
    catalogue.compile_all()
    with app.app_context():
        get_domain().cache.clear()
    person = a_person(session, name="Nguyen Van An")
    for role in Role:
        a_grant(session, person, role)
    browser = a_browser(app, session, person)
    browser.set_cookie("language", "en")
    return browser


def orders_of(session: Session, lock_id: int, line: PlanLine) -> tuple[object, ...]:
    """Return an order of every kind."""
    entry = a_disbursement(session, line, 1_000_000, voucher="1")
    named = LineKey(line.year, line.source_id, line.budget_tier, project_id=line.project_id)
    step = PlanStep(named, PlanKind.DECREASE, Dong(1_000))
    decision = PlanDecision("9/QĐ-UBND", DAY)
    payment = RecordDisbursement(
        line.id, DisbursementKind.ADVANCE, Purpose.OTHER, "2", DAY, DAY, Dong(5), ZERO, "", "k"
    )
    return (
        ReopenPeriod(lock_id),
        AssignPlan(step, decision, "a"),
        TransferPlan((step, replace(step, kind=PlanKind.INCREASE)), decision, "b"),
        ReverseDisbursement(entry.id, "Nham so tien", "c"),
        RecordMany((payment,), "d"),
        ImportOrder(ImportKind.PLANS, ("a",), ((2, ("b",)),), "tep.csv", "f" * 64),
        GrantRole(a_person(session, name="Le Thi Chi").id, Role.ADMIN, DAY),
    )


def test_locks_and_requests_in_english_are_english_throughout(
    english: FlaskClient, session: Session, act: Act
) -> None:
    line = a_plan_line(session, a_project(session, name="Cau Song"))
    lock_id = lock_period(session, act, LockPeriod(2025, 2, Strength.HARD, note="Chot"))
    orders = orders_of(session, lock_id, line)
    asker = an_act(session, Role.OFFICER).actor.id
    session.get_one(Person, asker).name = "Tran Van Binh"
    paths = [f"/periods/{lock_id}", "/periods?year=2025", "/disbursements/2025-02-10", "/requests"]
    for order in orders:
        told = KINDS[kind_of(order)].tell(session, act, order)
        shown = {field.name: getattr(told, field.name) for field in fields(told)}
        shown |= {"kind": kind_of(order), "reason": "Nham so tien", "asked_by": asker}
        paths.append(f"/requests/{a_request(session, **shown).id}")
    session.commit()
    assert len(orders) == len(KINDS)
    for path in paths:
        answer = english.get(path)
        assert answer.status_code == 200
        assert list(left_in_vietnamese(answer.text, session)) == []
