"""Difficulties and directives, by the deeds that make them."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tracker.domain.act import Act
from tracker.domain.difficulties import Cause, Gravity, Level
from tracker.domain.directives import About
from tracker.domain.money import Dong
from tracker.models import Difficulty, Directive, Organisation, Project
from tracker.services.difficulties import DifficultyFacts, RaiseDifficulty, raise_difficulty
from tracker.services.issuing import IssueDirective, Subject, issue_directive

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
