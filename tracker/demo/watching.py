"""What finance did by the end of April 2025: statements, capital blocked, promises, flags answered.

Done by the deeds themselves, so that the history tells it; no published figure moves.
"""

from datetime import date, datetime, timedelta, timezone

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.demo.people import Officers
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.ladder import BlockReason, mandate_of
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.models import Project
from tracker.queries.flag_files import flag_file
from tracker.queries.standings import moment_on
from tracker.services.blocked_capital import BlockCapital, block_capital
from tracker.services.mandates import RecordAnswer, record_answer
from tracker.services.pledges import RecordPledge, record_pledge
from tracker.services.reconciliations import reconcile_entries

AT = datetime(2025, 4, 21, 9, 30, tzinfo=timezone(timedelta(hours=7)))
STATEMENT = "Sao kê Kho bạc quý I/2025"
COMPARED = 8
"""Projects whose entries were compared with the statement; in every fourth one entry is missing."""
_MISSING = 4
PLEDGED = 9
"""Projects whose owners promised something; every third by a day that is over."""
_SOON, _LATER = date(2025, 4, 25), date(2025, 6, 30)
ANSWERED = 12
"""Projects for which it is recorded that the action their flag demands was done."""
_TENTH = 10

_PROJECTS = text(
    "SELECT project_id, count(*) FROM disbursement"
    " WHERE year = 2025 AND NOT extended AND posted_on <= '2025-03-31' AND reverses_id IS NULL"
    " AND id NOT IN (SELECT reverses_id FROM disbursement WHERE reverses_id IS NOT NULL)"
    " GROUP BY project_id HAVING count(*) BETWEEN 3 AND 60 ORDER BY project_id LIMIT :most"
)
_ENTRIES = text(
    "SELECT id FROM disbursement WHERE project_id = :project AND year = 2025 AND NOT extended"
    " AND posted_on <= '2025-03-31' ORDER BY posted_on, id"
)
_SLOW = text(
    "SELECT project_id, sum(planned - disbursed) AS rest, sum(disbursed) AS paid FROM plan_line"
    " WHERE year = 2025 AND NOT extended AND project_id IS NOT NULL"
    " GROUP BY project_id ORDER BY rest DESC, project_id LIMIT :most"
)
BLOCKS = (
    (
        BlockReason.LAND_REVENUE,
        "118/TB-STC",
        "Thu tiền sử dụng đất của khu dân cư chưa đạt dự toán",
    ),
    (BlockReason.INSPECTION, "57/KL-TTr", "Tạm dừng thanh toán đến khi có kết luận kiểm toán"),
    (BlockReason.POLICY_CHANGE, "402/UBND-TH", "Chờ quyết định điều chỉnh quy mô dự án"),
)


def watch_some(session: Session, officers: Officers) -> None:
    """Compare the entries of a few projects with a statement, and mark capital as blocked."""
    number = officers.accounts["tonghop"]
    actor = Actor(number, "tonghop", "", (RoleGrant(Role.COORDINATOR, EVERYTHING),))
    act = Act(actor, AT, AT.date())
    for place, (project_id, _) in enumerate(session.execute(_PROJECTS, {"most": COMPARED}).all()):
        entries = list(session.scalars(_ENTRIES, {"project": project_id}))
        if place % _MISSING == 0:
            del entries[len(entries) // 2]
        reconcile_entries(session, act, entries, STATEMENT)
    slow = session.execute(_SLOW, {"most": len(BLOCKS)}).all()
    for (project_id, rest, _paid), (cause, document, reason) in zip(slow, BLOCKS, strict=True):
        amount = Dong(int(rest) // _TENTH // 10**6 * 10**6)
        key = f"mp-phong-toa-{project_id}"
        block_capital(
            session,
            act,
            BlockCapital(project_id, 2025, amount, AT.date(), cause, document, reason, key),
        )
    _pledge_some(session, act)
    _answer_some(session, act)


def _pledge_some(session: Session, act: Act) -> None:
    """Keep what owners of projects far behind promised at a meeting."""
    behind = session.execute(_SLOW, {"most": PLEDGED}).all()
    for place, (project_id, rest, paid) in enumerate(behind):
        amount = Dong((int(paid) + int(rest) // (3 + place % 4)) // 10**6 * 10**6)
        order = RecordPledge(
            project_id,
            2025,
            amount,
            _SOON if place % 3 == 0 else _LATER,
            "Giám đốc chủ đầu tư",
            "Thông báo giao ban ngày 21/4/2025",
            f"mp-cam-ket-{project_id}",
        )
        record_pledge(session, act, order)


def _answer_some(session: Session, act: Act) -> None:
    """Record, for some projects far behind, that what their flag demands was done."""
    moment = moment_on(session, PlanYear(2025), act.on)
    behind = session.execute(_SLOW, {"most": ANSWERED}).all()
    for place, (project_id, _rest, _paid) in enumerate(behind):
        code = session.get_one(Project, project_id).code
        found = flag_file(session, EVERYTHING, code, FlagCode.F02, moment)
        mandate = mandate_of(found.flags[0], found.limits) if found and found.flags else None
        if mandate is not None:
            done_on = min(act.on, mandate.due_on + timedelta(days=place % 3 - 1))
            evidence = f"{130 + place}/TB-UBND"
            key = f"mp-viec-{project_id}"
            order = RecordAnswer(
                code, 2025, FlagCode.F02, mandate.action, max(mandate.since, done_on), evidence, key
            )
            record_answer(session, act, order)
