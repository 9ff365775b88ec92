"""Readings for imports and the command line: what is there, under which code."""

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.projects import Tier
from tracker.models import Organisation, Project, Unit


def count_projects(session: Session) -> int:
    """Return how many projects there are."""
    return session.scalar(select(func.count()).select_from(Project)) or 0


def province_codes(session: Session) -> frozenset[str]:
    """Return the official codes of the provinces there are or were."""
    return frozenset(session.scalars(select(Unit.code).where(Unit.tier == Tier.PROVINCE)))


def unit_coded(session: Session, code: str, day: date) -> int | None:
    """Return the unit with this official code on a day, or None.

    Codes of districts and communes differ in length, so that no two units of one day share one.
    """
    return session.scalar(
        select(Unit.id).where(
            Unit.code == code,
            Unit.valid_from <= day,
            or_(Unit.valid_until.is_(None), Unit.valid_until > day),
        )
    )


def organisation_coded(session: Session, code: str, day: date) -> int | None:
    """Return the organisation with this code on a day, or None."""
    return session.scalar(
        select(Organisation.id).where(
            Organisation.code == code,
            Organisation.valid_from <= day,
            or_(Organisation.valid_until.is_(None), Organisation.valid_until > day),
        )
    )
