"""Says of a day that nothing was paid for a project."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import OPEN
from tracker.domain.disbursements import InTheFuture
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope
from tracker.models import Disbursement, Project, QuietDay, Submission
from tracker.queries.disbursements import is_live
from tracker.services.history import record_change
from tracker.services.progress import bump_version


def record_quiet_day(session: Session, act: Act, project_ids: Iterable[int], day: date) -> int:
    """State that nothing was paid for these projects on the day; return how many were new.

    A project with a payment on that day, also one that waits for approval, or of which it was
    said before, is left as it is.

    Raises:
        OutOfScope: a project is outside the actor's scope, or does not exist.
        InTheFuture: the day has not come.
    """
    wanted = set(project_ids)
    if day > act.on:
        raise InTheFuture(day, act.on)
    scope = act.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    projects = session.scalars(
        select(Project)
        .where(Project.id.in_(wanted))
        .order_by(Project.id)
        .with_for_update(key_share=True)
    ).all()
    if len(projects) < len(wanted) or not all(
        scope.covers(project.unit_path, project.owner_id, project.id) for project in projects
    ):
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "project")
    stated = select(QuietDay.project_id).where(QuietDay.day == day, QuietDay.project_id.in_(wanted))
    paid = select(Disbursement.project_id).where(
        Disbursement.posted_on == day, Disbursement.project_id.in_(wanted), is_live(Disbursement)
    )
    waiting = select(Submission.project_id).where(
        Submission.posted_on == day,
        Submission.project_id.in_(wanted),
        Submission.state.in_(OPEN),
    )
    known = set(session.scalars(stated.union(paid, waiting)))
    fresh = [
        QuietDay(project_id=one.id, day=day, recorded_by=act.actor.id, recorded_at=act.at)
        for one in projects
        if one.id not in known
    ]
    session.add_all(fresh)
    session.flush()  # the history entries name the rows
    for quiet in fresh:
        record_change(
            session,
            act,
            "disbursement.quiet",
            quiet,
            quiet.id,
            after={"day": day.isoformat()},
            project_id=quiet.project_id,
        )
    if fresh:
        bump_version(session)
    return len(fresh)
