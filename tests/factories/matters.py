"""Difficulties and directives, by the deeds that make them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tracker.domain.act import Act
from tracker.domain.difficulties import Cause, DifficultyFacts, DifficultyStep, Gravity, Level
from tracker.domain.directives import (
    About,
    DirectiveForm,
    DirectiveState,
    DirectiveStep,
    Moment,
    Side,
)
from tracker.domain.money import Dong
from tracker.domain.text import fold
from tracker.models import (
    Difficulty,
    DifficultyEntry,
    Directive,
    DirectiveDifficulty,
    DirectiveEntry,
    DirectiveMeasure,
    DirectivePartner,
    DirectiveProject,
    Organisation,
    Project,
)
from tracker.services.difficulties import RaiseDifficulty, raise_difficulty
from tracker.services.issuing import IssueDirective, Subject, audience_of, issue_directive

DUE = date(2025, 5, 15)


def facts_said(**changes: Any) -> DifficultyFacts:
    """Return what is said of a difficulty."""
    return DifficultyFacts(
        **{
            "cause": Cause.LAND_PRICE,
            "description": "Chưa có giá đất cụ thể",
            "arose_on": date(2025, 4, 1),
            "gravity": Gravity.HIGH,
            "capital_at_stake": Dong(2_000_000_000),
            "days_of_delay": 20,
            "responsible_organisation": "UBND huyện Thanh Hà",
            "responsible_person": "Nguyễn Văn An",
            "due_on": DUE,
            **changes,
        }
    )


def a_difficulty(
    session: Session, act: Act, project: Project, level: Level = Level.OWNER, **changes: Any
) -> Difficulty:
    """Raise a difficulty of a project."""
    key = f"vm-{a_number()}"
    order = RaiseDifficulty(project.id, facts_said(**changes), level, key)
    return session.get_one(Difficulty, raise_difficulty(session, act, order).id)


def a_directive(
    session: Session, act: Act, project: Project, lead: Organisation, **changes: Any
) -> Directive:
    """Issue a directive about a project to an organisation."""
    order = IssueDirective(
        **{
            "subject": Subject(About.PROJECT, "Dự án thử", project_id=project.id),
            "content": "Đẩy nhanh giải phóng mặt bằng",
            "product": "Biên bản bàn giao mặt bằng",
            "lead_id": lead.id,
            "due_on": DUE,
            "idempotency_key": f"cd-{a_number()}",
            **changes,
        }
    )
    return session.get_one(Directive, issue_directive(session, act, order).id)


def a_kept_difficulty(session: Session, act: Act, project: Project, **changes: Any) -> Difficulty:
    """Make a difficulty as it is stored, with the step that raised it."""
    facts = facts_said()
    difficulty = Difficulty(
        **{
            **asdict(facts),
            "project_id": project.id,
            "first_level": Level.OWNER,
            "level": Level.OWNER,
            "level_until_on": facts.due_on,
            "raised_by": act.actor.id,
            "raised_at": act.at,
            "raised_on": act.on,
            "text_folded": fold(changes.get("description", facts.description)),
            "idempotency_key": f"vm-{a_number()}",
            **changes,
        }
    )
    session.add(difficulty)
    session.flush()
    session.add(
        DifficultyEntry(
            difficulty_id=difficulty.id,
            project_id=project.id,
            kind=DifficultyStep.RAISED,
            done_on=act.on,
            done_at=act.at,
            done_by=act.actor.id,
            level=difficulty.level,
            due_on=difficulty.due_on,
        )
    )
    session.flush()
    return difficulty


def a_kept_directive(
    session: Session,
    act: Act,
    project: Project,
    lead: Organisation,
    difficulty: Difficulty,
    **changes: Any,
) -> Directive:
    """Make a directive as it is stored, with a row in everything that belongs to it."""
    directive = Directive(
        **{
            "about": About.PROJECT,
            "subject": project.name,
            "project_id": project.id,
            "year": act.on.year,
            "form": DirectiveForm.REMARK,
            "content": "Đẩy nhanh",
            "product": "Biên bản",
            "lead_id": lead.id,
            "issued_by": act.actor.id,
            "issued_at": act.at,
            "issued_on": act.on,
            "due_on": DUE,
            "state": DirectiveState.NOT_BEGUN,
            "side": Side.ADDRESSEE,
            "audience": audience_of([(lead.unit_path, lead.id)]),
            "text_folded": fold(project.name),
            "idempotency_key": f"cd-{a_number()}",
            **changes,
        }
    )
    session.add(directive)
    session.flush()
    of = {"directive_id": directive.id}
    sums = dict.fromkeys(("plan", "disbursed", "gap"), Dong(0))
    session.add_all(
        [
            DirectivePartner(**of, organisation_id=lead.id),
            DirectiveProject(**of, project_id=project.id),
            DirectiveDifficulty(**of, difficulty_id=difficulty.id),
            DirectiveMeasure(
                **of, **sums, moment=Moment.BASELINE, day=act.on, projects=1, flags=0,
                measured_at=act.at,
            ),
            DirectiveEntry(
                **of, kind=DirectiveStep.ISSUED, done_on=act.on, done_at=act.at,
                done_by=act.actor.id, due_on=DUE,
            ),
        ]
    )  # fmt: skip
    session.flush()
    return directive
