"""Directives are heard by those concerned alone, closed with evidence, and measure themselves."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.matters import DUE, a_difficulty, a_directive
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.difficulties import AlreadyClosed, EvidenceRequired
from tracker.domain.directives import (
    About,
    DirectiveForm,
    DirectiveState,
    DocumentIncomplete,
    ExtensionNotLater,
    ExtensionWaits,
    Moment,
    NoExtensionAsked,
    Side,
    effect_of,
)
from tracker.domain.people import Role
from tracker.domain.refusals import OutOfScope, StaleEdit
from tracker.models import Change, DirectiveMeasure, Organisation, PlanLine, Project, Unit
from tracker.queries.difficulties import Inbox
from tracker.queries.directive_parts import Asks, asked_of_issuer
from tracker.queries.directives import (
    DirectiveFilter,
    DirectiveOrder,
    directive_counts,
    directive_numbered,
    directives_of,
    directives_page,
    measures_of,
)
from tracker.queries.history import LogFilter, log_rows
from tracker.services.directives import (
    AskExtension,
    CloseDirective,
    DecideExtension,
    RemarkOnDirective,
    ReplyToDirective,
    ask_extension,
    close_directive,
    decide_extension,
    remark_on_directive,
    reply_to_directive,
)
from tracker.services.issuing import Subject, measure_due
from tracker.services.reference import system_act

BILLION = 10**9
WHY = "Chờ trích đo địa chính của sở"


@pytest.fixture
def unit(session: Session) -> Unit:
    return a_unit(session)


@pytest.fixture
def board(session: Session, unit: Unit) -> Organisation:
    return an_organisation(session, unit)


@pytest.fixture
def project(session: Session, board: Organisation, unit: Unit) -> Project:
    project = a_project(session, board, unit)
    line = a_plan_line(session, project, planned=10 * BILLION)
    a_scenario(session, project, tuple(BILLION * 10 * month // 13 for month in range(1, 14)))
    a_disbursement(session, line, BILLION, posted_on=date(2025, 4, 1))
    return project


@pytest.fixture
def chair(session: Session) -> Act:
    return an_act(session, Role.PROVINCE_LEADER)


@pytest.fixture
def officer(session: Session, board: Organisation) -> Act:
    return an_act(session, Role.OFFICER, organisation=board)


def on(act: Act, day: date) -> Act:
    return replace(act, on=day)


def test_it_is_heard_by_issuer_addressees_and_their_superiors_and_nobody_else(
    session: Session, project: Project, board: Organisation, unit: Unit, chair: Act, officer: Act
) -> None:
    partner = an_organisation(session, a_unit(session))
    directive = a_directive(session, chair, project, board, partner_ids=(partner.id,))
    session.flush()
    make = partial(an_act, session)
    hear = {
        "issuer": chair,
        "addressee": officer,
        "partner": make(Role.OFFICER, organisation=partner),
        "above": make(Role.UNIT_LEADER, unit=a_district(session)),
        "of the unit": make(Role.UNIT_LEADER, unit=unit),
        "the centre": make(Role.COORDINATOR),
    }
    deaf = {
        "reader of all": make(Role.READER),
        "administrator": make(Role.ADMIN),
        "reader there": make(Role.READER, organisation=board),
        "of the project alone": make(Role.OFFICER, project=project),
        "elsewhere": make(Role.UNIT_LEADER, unit=a_district(session, "290")),
        "beside": make(Role.OFFICER, organisation=an_organisation(session, unit)),
        "nobody": an_act(session, Role.READER, unit=a_unit(session)),
    }
    wanted = DirectiveFilter(words=("day", "nhanh"))
    for expected, people in ((1, hear), (0, deaf)):
        for who, act in people.items():
            actor = act.actor
            found = directives_page(
                session, actor, wanted, act.on, (DirectiveOrder.DUE, False), (1, 50)
            )
            told = log_rows(session, actor, LogFilter(deed="directive.issued"), act.on, 50)
            assert (
                who,
                found.total,
                directive_counts(session, actor, act.on)[Inbox.ALL],
                len(directives_of(session, actor, project.id)),
                len(told),
                directive_numbered(session, actor, directive.id) is not None,
            ) == (who, *(expected,) * 4, bool(expected))


def test_only_who_it_is_addressed_to_answers_and_only_the_issuing_side_closes(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act
) -> None:
    directive = a_directive(session, chair, project, board)
    beside = an_act(session, Role.OFFICER, organisation=an_organisation(session))
    order = ReplyToDirective(directive.id, "Đang làm", "k1")
    for act in (beside, chair):
        with pytest.raises(OutOfScope):
            reply_to_directive(session, act, order)
    with pytest.raises(OutOfScope):
        close_directive(session, officer, CloseDirective(directive.id, 1, "Xong", "1/BC"))
    first = reply_to_directive(session, officer, order)
    assert reply_to_directive(session, officer, order).id == first.id
    assert (directive.state, directive.side) == (DirectiveState.IN_PROGRESS, Side.ADDRESSEE)
    done = ReplyToDirective(directive.id, "Đã bàn giao", "k2", is_done=True)
    with pytest.raises(EvidenceRequired):
        reply_to_directive(session, officer, done)
    reply_to_directive(session, officer, replace(done, evidence="45/BB-BQLDA"))
    assert directive.side is Side.ISSUER
    remark_on_directive(session, chair, RemarkOnDirective(directive.id, "Còn 2 hộ", "k3"))
    assert directive.side is Side.ADDRESSEE
    version = directive.row_version
    with pytest.raises(StaleEdit):
        close_directive(session, chair, CloseDirective(directive.id, 1, "Xong", "45/BB"))
    with pytest.raises(EvidenceRequired):
        close_directive(session, chair, CloseDirective(directive.id, version, "Xong", ""))
    close_directive(session, chair, CloseDirective(directive.id, version, "Xong", "45/BB"))
    assert directive.state is DirectiveState.DONE
    with pytest.raises(AlreadyClosed):
        reply_to_directive(session, officer, replace(order, idempotency_key="k4"))


def test_more_time_is_asked_for_by_the_addressee_and_given_or_not(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act
) -> None:
    directive = a_directive(session, chair, project, board)
    later = DUE + timedelta(days=20)
    with pytest.raises(ExtensionNotLater):
        ask_extension(session, officer, AskExtension(directive.id, 1, DUE, WHY))
    with pytest.raises(NoExtensionAsked):
        decide_extension(session, chair, DecideExtension(directive.id, 1, True, ""))
    ask_extension(session, officer, AskExtension(directive.id, 1, later, WHY))
    assert (directive.due_on, directive.asked_due_on) == (DUE, later)
    with pytest.raises(ExtensionWaits):
        ask_extension(session, officer, AskExtension(directive.id, 2, later, WHY))
    decide_extension(session, chair, DecideExtension(directive.id, 2, False, WHY))
    assert (directive.due_on, directive.asked_due_on) == (DUE, None)
    ask_extension(session, officer, AskExtension(directive.id, 3, later, WHY))
    decide_extension(session, chair, DecideExtension(directive.id, 4, True, ""))
    assert (directive.due_on, directive.asked_due_on) == (later, None)


def test_a_wish_for_more_time_waits_for_whoever_issued_it_in_the_inbox_as_on_the_overview(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act
) -> None:
    directive = a_directive(session, chair, project, board)
    ask_extension(session, officer, AskExtension(directive.id, 1, DUE + timedelta(days=9), WHY))
    session.flush()
    deputy = an_act(session, Role.PROVINCE_LEADER)
    for act, waiting in ((chair, 1), (deputy, 0)):
        inbox = directive_counts(session, act.actor, act.on)[Inbox.MINE]
        assert inbox == asked_of_issuer(session, act.actor)[Asks.EXTENSION] == waiting
    decide_extension(session, deputy, DecideExtension(directive.id, 2, False, WHY))


def test_what_it_is_about_and_whom_it_addresses_must_be_within_reach(
    session: Session, project: Project, board: Organisation, unit: Unit, chair: Act
) -> None:
    elsewhere = an_organisation(session)
    local = an_act(session, Role.COORDINATOR, unit=unit)
    a_directive(session, local, project, board)
    foreign = a_project(session, elsewhere)
    for subject, lead in (
        (Subject(About.PROJECT, "x", project_id=foreign.id), board),
        (Subject(About.PROJECT, "x", project_id=10**9), board),
        (Subject(About.ORGANISATION, "x", organisation_id=elsewhere.id), board),
        (Subject(About.UNIT, "x", unit_id=a_district(session).id), board),
        (Subject(About.PROJECT, "x", project_id=project.id), elsewhere),
    ):
        with pytest.raises(OutOfScope):
            a_directive(session, local, project, lead, subject=subject)
    with pytest.raises(DocumentIncomplete):
        a_directive(session, chair, project, board, form=DirectiveForm.TELEGRAM)


def test_the_effect_is_what_is_measured_later_less_what_was_kept_when_it_was_issued(
    session: Session, project: Project, board: Organisation, chair: Act
) -> None:
    difficulty = a_difficulty(session, an_act(session, Role.COORDINATOR), project)
    quiet = a_project(session, board, session.get_one(Unit, project.unit_id))
    a_plan_line(session, quiet, planned=BILLION)
    about = Subject(About.ORGANISATION, "Ban", organisation_id=board.id)
    directive = a_directive(
        session, chair, project, board, subject=about, difficulty_ids=(difficulty.id,)
    )
    line = session.scalars(select(PlanLine).where(PlanLine.project_id == project.id)).one()
    a_disbursement(session, line, 3 * BILLION, posted_on=DUE)
    after = DUE + timedelta(days=30)
    night = system_act(session, chair.at, DUE)
    assert measure_due(session, on(night, DUE)) == 0
    assert measure_due(session, on(night, DUE + timedelta(days=1))) == 1
    assert [measure_due(session, on(night, after + timedelta(days=9))) for _ in range(2)] == [1, 0]
    kept = measures_of(session, directive.id)
    baseline, due = kept[Moment.BASELINE, chair.on], kept[Moment.DEADLINE, DUE]
    assert (baseline.projects, baseline.plan) == (2, 11 * BILLION)
    assert baseline.disbursed == BILLION
    effect = effect_of(baseline, due)
    assert effect.disbursed == due.disbursed - baseline.disbursed == 3 * BILLION
    assert (baseline.rate, effect.rate) == (Fraction(1, 11), Fraction(3, 11))
    assert not effect.is_nothing
    still = effect_of(due, kept[Moment.AFTER, after])
    assert (still.disbursed, still.is_nothing) == (0, True)
    assert session.scalar(select(func.count()).select_from(DirectiveMeasure)) == 3


def test_its_history_names_no_project_whose_readers_it_is_not_for(
    session: Session, project: Project, board: Organisation, chair: Act
) -> None:
    a_directive(session, chair, project, board)
    told = session.scalars(select(Change).where(Change.subject == "directive")).one()
    assert told.project_id is None
    assert told.after is not None
    assert told.after["disbursed"] == BILLION
