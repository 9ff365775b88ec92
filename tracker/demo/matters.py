"""Difficulties of the demonstration, and what its leaders directed about them.

Done by the very deeds people do, on days of the spring of 2025: so the figures kept with each
directive are those the books held on its day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.demo.people import Officers
from tracker.demo.photographs import drawn
from tracker.domain.act import Act
from tracker.domain.attachments import KeptFile
from tracker.domain.difficulties import Cause, DifficultyFacts, Gravity, Level
from tracker.domain.directives import About, DirectiveForm
from tracker.domain.money import Dong
from tracker.files.folder import Folder
from tracker.models import Difficulty, Directive
from tracker.queries.people import actor_named
from tracker.services.difficulties import (
    CloseDifficulty,
    EscalateDifficulty,
    RaiseDifficulty,
    ReplyToDifficulty,
    close_difficulty,
    escalate_difficulty,
    escalate_overdue,
    raise_difficulty,
    reply_to_difficulty,
)
from tracker.services.directives import (
    AskExtension,
    CloseDirective,
    ReplyToDirective,
    ask_extension,
    close_directive,
    reply_to_directive,
)
from tracker.services.issuing import IssueDirective, Subject, issue_directive, measure_due
from tracker.services.reference import system_act

TODAY = date(2025, 4, 30)
DIFFICULTIES, DIRECTIVES = 60, 25
_OF_BOARD, _OF_PLACE = 24, 12
_BEFORE_LUNCH = 4 * 3_600
_APART = 500
"""The number of the first drawing that is of no site's week."""


@dataclass(frozen=True, slots=True)
class _Story:
    """What stands in the way: where, at which level it is solved, who answers for it."""

    cause: Cause
    description: str
    level: Level
    organisation: str
    proposal: str


_STORIES = (
    _Story(
        Cause.LAND_PRICE,
        "Chưa phê duyệt giá đất cụ thể nên chưa lập được phương án bồi thường đợt 2.",
        Level.LOCAL,
        "UBND huyện nơi có đất",
        "Phê duyệt giá đất cụ thể trước ngày 15 của tháng tới.",
    ),
    _Story(
        Cause.LAND_ORIGIN,
        "Hồ sơ địa chính của 14 hộ chưa thống nhất nguồn gốc đất, chưa chi trả được.",
        Level.LOCAL,
        "Trung tâm Phát triển quỹ đất huyện",
        "Họp xét nguồn gốc đất tại xã, niêm yết công khai.",
    ),
    _Story(
        Cause.RESETTLEMENT,
        "Khu tái định cư chưa xong hạ tầng, 9 hộ chưa nhận đất ở mới.",
        Level.LOCAL,
        "UBND huyện nơi có đất",
        "Giao nền tạm, hỗ trợ thuê nhà trong thời gian chờ.",
    ),
    _Story(
        Cause.UTILITIES,
        "Chưa di chuyển đường điện 35 kV và tuyến cấp nước cắt qua phạm vi thi công.",
        Level.DEPARTMENT,
        "Sở Công Thương",
        "Thống nhất phương án và dự toán di chuyển trong tháng.",
    ),
    _Story(
        Cause.MATERIALS,
        "Thiếu cát đắp, nhà thầu chỉ được cung cấp một nửa khối lượng cần mỗi ngày.",
        Level.DEPARTMENT,
        "Sở Xây dựng",
        "Giới thiệu mỏ vật liệu, cho khai thác theo cơ chế đặc thù.",
    ),
    _Story(
        Cause.ADJUSTMENT,
        "Phải điều chỉnh chủ trương đầu tư do thay đổi quy mô mặt cắt.",
        Level.PROVINCE,
        "Sở Tài chính",
        "Trình HĐND tỉnh tại kỳ họp gần nhất.",
    ),
    _Story(
        Cause.APPRAISAL,
        "Thiết kế bản vẽ thi công chờ thẩm duyệt phòng cháy, chữa cháy.",
        Level.DEPARTMENT,
        "Sở Xây dựng",
        "Trả kết quả thẩm định trong 15 ngày.",
    ),
    _Story(
        Cause.PROCUREMENT,
        "Gói xây lắp không có nhà thầu đạt, phải tổ chức lại việc lựa chọn nhà thầu.",
        Level.OWNER,
        "Chủ đầu tư",
        "Rà soát hồ sơ mời thầu, phát hành lại.",
    ),
    _Story(
        Cause.CONTRACTOR_CAPACITY,
        "Nhà thầu chính thiếu thiết bị và công nhân, chậm so với tiến độ đã cam kết.",
        Level.OWNER,
        "Chủ đầu tư",
        "Yêu cầu bổ sung mũi thi công; quá hạn thì cắt chuyển khối lượng.",
    ),
    _Story(
        Cause.TREASURY_RETURNED,
        "Hồ sơ thanh toán bị trả lại hai lần vì thiếu bảng xác định giá trị khối lượng.",
        Level.OWNER,
        "Chủ đầu tư",
        "Cử cán bộ làm việc trực tiếp với Kho bạc để hoàn thiện hồ sơ.",
    ),
    _Story(
        Cause.LAND_FEE_SHORTFALL,
        "Thu tiền sử dụng đất mới đạt một phần tư dự toán, chưa có nguồn để chi.",
        Level.PROVINCE,
        "UBND huyện nơi có dự án",
        "Điều chỉnh nguồn vốn hoặc đấu giá sớm khu dân cư mới.",
    ),
    _Story(
        Cause.WEATHER,
        "Mưa kéo dài, nền đường không thi công được trong nhiều ngày.",
        Level.OWNER,
        "Nhà thầu thi công",
        "Bù tiến độ bằng tăng ca khi thời tiết thuận lợi.",
    ),
)
_PEOPLE = ("Nguyễn Văn Hòa", "Trần Thị Lan", "Phạm Quốc Việt", "Lê Minh Đức", "Vũ Thị Hạnh")
_ORDERS = (
    ("Tập trung hoàn thành chi trả, bàn giao toàn bộ mặt bằng", "Biên bản bàn giao mặt bằng"),
    ("Đẩy nhanh nghiệm thu, thanh toán khối lượng đã hoàn thành", "Chứng từ Kho bạc chấp nhận"),
    ("Chấn chỉnh nhà thầu chậm, bổ sung mũi thi công", "Biên bản làm việc và tiến độ cam kết"),
    ("Hoàn thiện thủ tục điều chỉnh dự án, trình cấp có thẩm quyền", "Tờ trình điều chỉnh"),
    ("Rà soát khả năng giải ngân, đề xuất điều chuyển phần không hết", "Văn bản đề xuất"),
)

_STUCK = text(
    "SELECT p.id, p.code, p.name, p.owner_id,"
    " CAST(SUM(l.planned - l.disbursed) AS BIGINT) AS held"
    " FROM project p JOIN plan_line l ON l.project_id = p.id"
    " WHERE l.year = 2025 AND NOT l.extended AND l.planned > 0"
    " AND (:owner = 0 OR p.owner_id = :owner) AND p.unit_path LIKE :path"
    " GROUP BY p.id, p.code, p.name, p.owner_id HAVING SUM(l.planned - l.disbursed) > 0"
    " ORDER BY held DESC, p.id LIMIT :most"
)
_PATH_OF = text("SELECT path FROM unit WHERE code = :code AND tier = 'district'")


@dataclass(frozen=True, slots=True)
class _Stuck:
    """A project with much of its plan left, who enters its matters, and who heads them."""

    id: int
    code: str
    name: str
    owner_id: int
    held: int
    clerk: str
    head: str


class _Agenda:
    """What is done on which day, so that everything happens in the order of time."""

    def __init__(self, session: Session, folder: Folder | None) -> None:
        self.session = session
        self.folder = folder
        self.difficulties: dict[int, int] = {}
        self._waiting: list[tuple[date, int, Callable[[Act], object], str]] = []
        self._placed = 0

    def add(self, on: date, who: str, deed: Callable[[Act], object]) -> None:
        """Let somebody do something on a day."""
        self._placed += 1
        heappush(self._waiting, (on, self._placed, deed, who))

    def run(self) -> None:
        """Do everything, and what follows from it."""
        while self._waiting:
            on, _, deed, who = heappop(self._waiting)
            deed(_act(self.session, who, on))


def write_matters(
    session: Session, officers: Officers, district: str, files: Path | None = None
) -> None:
    """Let the boards raise their difficulties, and the leaders direct and look at what came.

    What is done is shown by drawings that stand for photographs, when there is a folder for them.
    """
    agenda = _Agenda(session, None if files is None else Folder(files))
    for place, one in enumerate(_stuck(session, officers, district)):
        _raise(agenda, place, one)
    agenda.run()
    system = system_act(session, _at(TODAY), TODAY)
    escalate_overdue(session, system)
    measure_due(session, system)


def _stuck(session: Session, officers: Officers, district: str) -> list[_Stuck]:
    """Return the projects with difficulties: the board's, the district's, the rest."""
    board = next(owner for owner in officers.by_owner if owner != officers.commune_id)
    path = session.scalar(_PATH_OF, {"code": district}) or "/"
    found: dict[int, _Stuck] = {}
    for owner, below, most, clerk, head in (
        (board, "/%", _OF_BOARD, "canbo", "tonghop"),
        (officers.commune_id, "/%", 4, "xa", "huyen"),
        (0, f"{path}%", _OF_PLACE, "huyen", "huyen"),
        (0, "/%", DIFFICULTIES * 2, "tonghop", "tonghop"),
    ):
        rows = session.execute(_STUCK, {"owner": owner, "path": below, "most": most})
        for row in rows:
            number, code, name, owner_id, held = row
            found.setdefault(number, _Stuck(number, code, name, owner_id, held, clerk, head))
    return list(found.values())[:DIFFICULTIES]


def _raise(agenda: _Agenda, place: int, one: _Stuck) -> None:
    """Raise one difficulty; every third is answered, some are passed on, some are closed."""
    story = _STORIES[place % len(_STORIES)]
    raised_on = date(2025, 2, 10) + timedelta(days=place * 7 % 70)
    due_on = raised_on + timedelta(days=14 + place * 5 % 45)
    facts = DifficultyFacts(
        cause=story.cause,
        description=story.description,
        arose_on=raised_on - timedelta(days=3 + place % 12),
        gravity=list(Gravity)[(place + 1) % len(Gravity)],
        capital_at_stake=Dong(one.held * (2 + place % 5) // 10 // 1_000_000 * 1_000_000),
        days_of_delay=10 + place * 3 % 60,
        responsible_organisation=story.organisation,
        responsible_person=_PEOPLE[place % len(_PEOPLE)],
        due_on=due_on,
        proposal=story.proposal,
    )
    order = RaiseDifficulty(one.id, facts, story.level, f"mp-vm-{place}")

    def raise_it(act: Act) -> None:
        agenda.difficulties[place] = raise_difficulty(agenda.session, act, order).id

    agenda.add(raised_on, one.clerk, raise_it)
    later = min(raised_on + timedelta(days=8), TODAY)
    if place % 3 == 0:
        agenda.add(later, one.clerk, lambda act: _reply(agenda, act, place))
    if place % 7 == 2 and story.level is not Level.PROVINCE:
        agenda.add(later, one.clerk, lambda act: _pass_on(agenda, act, place))
    if place % 5 == 4:
        over = min(due_on - timedelta(days=2), TODAY)
        agenda.add(over, one.head, lambda act: _close(agenda, act, place))
    if place % 2 == 0 and place // 2 < DIRECTIVES:
        _direct(agenda, place // 2, place, one, raised_on)


def _reply(agenda: _Agenda, act: Act, place: int) -> None:
    words = "Đã họp với đơn vị liên quan, thống nhất hướng xử lý, đang hoàn thiện hồ sơ."
    order = ReplyToDifficulty(agenda.difficulties[place], words, f"mp-ph-{place}")
    reply_to_difficulty(agenda.session, act, order)


def _pass_on(agenda: _Agenda, act: Act, place: int) -> None:
    number = agenda.difficulties[place]
    reason = "Vượt thẩm quyền, đã làm việc hai lần chưa thống nhất."
    order = EscalateDifficulty(number, _version(agenda.session, number), reason)
    escalate_difficulty(agenda.session, act, order)


def _close(agenda: _Agenda, act: Act, place: int) -> None:
    number = agenda.difficulties[place]
    result = "Đã giải quyết xong, nhà thầu thi công trở lại."
    evidence = f"Biên bản số {40 + place}/BB-UBND"
    order = CloseDifficulty(number, _version(agenda.session, number), result, evidence)
    close_difficulty(agenda.session, act, order)


def _direct(agenda: _Agenda, place: int, raised: int, one: _Stuck, raised_on: date) -> None:
    """Issue one directive; many are answered, some are done, some ask for more time."""
    content, product = _ORDERS[place % len(_ORDERS)]
    issued_on = max(date(2025, 3, 3) + timedelta(days=place * 2), raised_on)
    due_on = issued_on + timedelta(days=10 + place % 4 * 6)
    is_document = place % 4 == 1

    def issue(act: Act) -> None:
        order = IssueDirective(
            subject=Subject(About.PROJECT, f"{one.code} {one.name}", project_id=one.id),
            content=f"{content}.",
            product=product,
            lead_id=one.owner_id,
            due_on=due_on,
            idempotency_key=f"mp-cd-{place}",
            form=DirectiveForm.CONCLUSION if is_document else DirectiveForm.REMARK,
            number=f"{60 + place}/TB-UBND" if is_document else None,
            document_on=issued_on if is_document else None,
            difficulty_ids=(agenda.difficulties[raised],) if place % 5 != 4 else (),
        )
        number = issue_directive(agenda.session, act, order).id
        if one.clerk in {"canbo", "xa"}:
            answered_on = min(due_on - timedelta(days=1), TODAY)
            agenda.add(
                answered_on, one.clerk, lambda act: _answer(agenda, act, place, number, due_on)
            )

    agenda.add(issued_on, "tonghop" if place % 3 == 2 else "lanhdao", issue)


def _answer(agenda: _Agenda, act: Act, place: int, number: int, due_on: date) -> None:
    session = agenda.session
    is_done = place % 4 == 0
    shown = _drawings(agenda, place) if is_done else ()
    evidence = f"Biên bản số {20 + place}/BB-BQLDA" if is_done else None
    if place % 6 == 5:
        later = due_on + timedelta(days=15)
        asked = AskExtension(number, 1, later, "Chờ kết quả thẩm định của sở chuyên ngành.")
        ask_extension(session, act, asked)
    elif place % 6 != 3:
        words = "Đã bàn giao xong." if is_done else "Đang thực hiện, dự kiến xong đúng hạn."
        order = ReplyToDirective(
            number, words, f"mp-tl-{place}", evidence, is_done=is_done, files=shown
        )
        reply_to_directive(session, act, order)
    if evidence is not None and place % 6 not in {3, 5}:
        agenda.add(min(due_on, TODAY), "tonghop", lambda act: _end(session, act, number, evidence))


def _drawings(agenda: _Agenda, place: int) -> tuple[KeptFile, ...]:
    if agenda.folder is None:
        return ()
    name = f"mat-bang-{place + 1}.jpg"
    return (agenda.folder.take_in(drawn(_APART + place), name),)


def _end(session: Session, act: Act, number: int, evidence: str) -> None:
    version = session.get_one(Directive, number).row_version
    close_directive(session, act, CloseDirective(number, version, "Đã thực hiện.", evidence))


def _version(session: Session, number: int) -> int:
    return session.get_one(Difficulty, number).row_version


def _act(session: Session, username: str, on: date) -> Act:
    actor = actor_named(session, username, on)
    if actor is None:
        raise LookupError(username)
    return Act(actor, _at(on), on)


def _at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(seconds=_BEFORE_LUNCH)
