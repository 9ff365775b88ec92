"""What the deeds of the office tell, and to whom: called in the transaction of each deed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.notices import About, Event, NoticeKind
from tracker.domain.people import Permission, Place
from tracker.domain.requests import right_to_decide, rights_to_ask
from tracker.models import Organisation, PeriodLock, Project, Request, Submission
from tracker.queries.recipients import holders, holders_anywhere
from tracker.services.notices import settle, tell, tell_holders, tell_of_projects

_SUBMISSION, _REQUEST, _LOCK = "submission", "request", "period_lock"


def tell_sent(session: Session, act: Act, sent: Sequence[Submission]) -> None:
    """Tell the approvers that entries wait for them, in one notice for what was sent at once."""
    if sent:
        entries = Counter(one.project_id for one in sent)
        key = f"{sent[0].id}:{sent[0].row_version}"
        tell_sent_entries(session, act, entries, key, but={one.maker_id for one in sent})


def tell_sent_entries(
    session: Session,
    act: Act,
    entries: Mapping[int, int],
    key: str,
    but: Collection[int] = (),
) -> None:
    """Tell the approvers how many entries of which projects wait."""
    tell_of_projects(
        session,
        act,
        NoticeKind.ENTRY_WAITING,
        Permission.DISBURSEMENT_APPROVE,
        {about: {"entries": entries[about.project_id]} for about in _abouts(session, entries)},
        f"sent:{key}",
        but,
    )


def tell_returned(session: Session, act: Act, returned: Sequence[Submission], reason: str) -> None:
    """Tell makers and senders that their entries came back, project by project, and why."""
    by_project: dict[tuple[int, frozenset[int]], list[Submission]] = defaultdict(list)
    for one in returned:
        people = frozenset({one.maker_id, one.sent_by or one.maker_id})
        by_project[one.project_id, people].append(one)
    numbers = {project_id for project_id, _ in by_project}
    rows = session.scalars(select(Project).where(Project.id.in_(sorted(numbers))))
    projects = {project.id: project for project in rows}
    for (project_id, people), some in by_project.items():
        project = projects[project_id]
        event = Event(
            NoticeKind.ENTRY_RETURNED,
            f"returned:{some[0].id}:{some[0].row_version}",
            _SUBMISSION,
            some[0].id,
            Permission.DISBURSEMENT_RECORD,
            Place(project.unit_path, project.owner_id, project.id),
            {
                "entries": len(some),
                "code": project.code,
                "project": project.name,
                "reason": reason,
                "day": some[0].posted_on.isoformat(),
            },
        )
        tell(session, act, event, people)


def tell_asked(session: Session, act: Act, request: Request) -> None:
    """Tell everybody who may decide a request that it waits."""
    place = Place(request.unit_path, request.organisation_id, request.project_id)
    event = Event(
        NoticeKind.REQUEST_WAITING,
        f"request:{request.id}:waiting",
        _REQUEST,
        request.id,
        right_to_decide(request.kind),
        place,
        {"request": request.kind.value, "asker": act.actor.name},
    )
    tell_holders(session, act, event)


def tell_ended(session: Session, act: Act, request: Request) -> None:
    """Tell who asked how their request ended; those who could have decided need not any more."""
    settle(session, act, NoticeKind.REQUEST_WAITING, _REQUEST, [request.id])
    if request.asked_by == act.actor.id:
        return
    place = Place(request.unit_path, request.organisation_id, request.project_id)
    asker = {request.asked_by}
    right = next(
        (
            one
            for one in rights_to_ask(request.kind)
            if asker <= holders(session, one, place, act.on)
        ),
        rights_to_ask(request.kind)[0],
    )
    facts = {"request": request.kind.value, "state": request.state.value, "decider": act.actor.name}
    event = Event(
        NoticeKind.REQUEST_DECIDED,
        f"request:{request.id}:decided",
        _REQUEST,
        request.id,
        right,
        place,
        facts,
    )
    tell(session, act, event, asker)


def tell_locked(session: Session, act: Act, lock: PeriodLock) -> None:
    """Tell everybody who enters figures there that a period was locked."""
    _tell_of_lock(session, act, lock, NoticeKind.PERIOD_LOCKED)


def tell_reopened(session: Session, act: Act, lock: PeriodLock) -> None:
    """Tell everybody who enters figures there that a period is open again."""
    _tell_of_lock(session, act, lock, NoticeKind.PERIOD_REOPENED)


def _tell_of_lock(session: Session, act: Act, lock: PeriodLock, kind: NoticeKind) -> None:
    """Say of a lock what holds no figure, and so is everybody's who enters something there."""
    right, owner = Permission.DISBURSEMENT_RECORD, None
    if lock.organisation_id is None:
        people = holders_anywhere(session, right, act.on)
    else:
        owner = session.get_one(Organisation, lock.organisation_id)
        people = holders(session, right, Place(owner.unit_path, owner.id), act.on)
    event = Event(
        kind,
        f"lock:{lock.id}:{kind.value}",
        _LOCK,
        lock.id,
        facts={
            "year": lock.year,
            "until": lock.until_on.isoformat(),
            "strength": lock.strength.value,
            "tier": lock.tier.value if lock.tier else None,
            "owner": owner.short_name if owner else None,
        },
    )
    tell(session, act, event, people)


def _abouts(session: Session, project_ids: Collection[int]) -> list[About]:
    chosen = Project.id.in_(sorted(project_ids))
    rows = session.execute(select(Project.id, Project.unit_path, Project.owner_id).where(chosen))
    return [About(*row) for row in rows]
