"""What the screens of difficulties show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.difficulties import CauseGroup, Gravity, Level, levels_of
from tracker.domain.directives import standing_of
from tracker.domain.money import MoneyUnit
from tracker.domain.people import Actor, Permission
from tracker.queries.attachments import FileRow
from tracker.queries.difficulties import (
    DifficultyOrder,
    DifficultyRow,
    DifficultySums,
    Inbox,
    ThreadRow,
)
from tracker.queries.directives import DirectiveRow
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.filters import OwnerChoice
from tracker.queries.paging import Paged
from tracker.web.chips import Chip
from tracker.web.formats import day as day_words
from tracker.web.formats import instant, money, number
from tracker.web.known import known_words
from tracker.web.matter_lists import (
    Address,
    Head,
    Pick,
    address_of,
    chips_of,
    codes,
    head_of,
    inbox_tabs,
)
from tracker.web.matters import (
    GRAVITY_MARKS,
    STANDING_BADGES,
    cause_group_words,
    cause_words,
    difficulty_step_words,
    directive_standing_words,
    gravity_words,
    level_words,
)
from tracker.web.paging import Paging, paging_of
from tracker.web.proofs import Proof, proofs
from tracker.web.reading import Reading

LIST = "difficulties.list_difficulties"
FILTERS = ("q", "project", "owner", "group", "level", "gravity", "state")
STATES = {"open": True, "closed": False}
OWN_LEVEL = "mine"
"""What an address calls the levels at which whoever looks is asked to act."""


@dataclass(frozen=True, slots=True)
class DifficultyLine:
    """One difficulty in a list."""

    row: DifficultyRow
    url: str
    project_url: str
    group: str
    cause: str
    level: str
    first_level: str | None
    gravity: str
    mark: int
    state: str
    badge: str
    late: str | None


@dataclass(frozen=True)
class ListPage:
    """The list of difficulties as this person may see it."""

    reading: Address
    place: str
    inbox: Inbox
    tabs: tuple[dict[str, object], ...]
    picks: tuple[Pick, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    heads: tuple[Head, ...]
    rows: tuple[DifficultyLine, ...]
    sums: DifficultySums
    total_words: str
    excel_url: str
    paging: Paging
    empty: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a thread, in words."""

    who: str
    at: str
    words: str
    kind: str | None
    text: str | None
    evidence: str | None
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A directive named beside a difficulty."""

    url: str
    content: str
    lead: str
    due_on: date
    state: str
    badge: str


@dataclass(frozen=True)
class DifficultyPage:
    """One difficulty with its thread, and what this person may do about it."""

    line: DifficultyLine
    project_url: str
    facts: tuple[tuple[str, str | None], ...]
    steps: tuple[Step, ...]
    directives: tuple[Told, ...]
    next_level: str | None
    amend_url: str | None
    can_reply: bool
    can_close: bool
    directive_url: str | None


@dataclass(frozen=True)
class ProjectPage:
    """The tab of a project: its difficulties, and the directives about it this person may see."""

    reading: Reading
    project: ProjectDetail
    basis: tuple[str, ...]
    open: tuple[DifficultyLine, ...]
    closed: tuple[DifficultyLine, ...]
    directives: tuple[Told, ...]
    hears: bool
    raise_url: str | None
    directive_url: str | None


def list_page(
    asked: Address,
    inbox: Inbox,
    order: tuple[DifficultyOrder, bool],
    found: tuple[Paged[DifficultyRow], DifficultySums],
    counts: Mapping[Inbox, int],
    owners: Sequence[OwnerChoice],
    place: str,
    day: date,
) -> ListPage:
    """Decide what the list shows."""
    page, sums = found
    picks = _picks(asked, owners)
    return ListPage(
        reading=asked,
        place=place,
        inbox=inbox,
        tabs=inbox_tabs(LIST, counts, inbox),
        picks=picks,
        chips=chips_of(LIST, asked, picks),
        clear_url=url_for(LIST, inbox=inbox.value),
        heads=_heads(order),
        rows=tuple(difficulty_line(row, day) for row in page.rows),
        sums=sums,
        total_words=_("Tổng %(count)s vướng mắc đã lọc", count=number(sums.count)),
        excel_url=address_of("difficulties.download_workbook", inbox=inbox.value),
        paging=paging_of(page, _("vướng mắc")),
        empty=empty_words(inbox),
    )


def asked_levels(actor: Actor, text: str) -> tuple[Level, ...]:
    """Return the levels that an address asks for."""
    return levels_of(actor.roles) if text == OWN_LEVEL else (Level(text),)


def empty_words(inbox: Inbox) -> str:
    """Return why a part of the inbox is empty."""
    return {
        Inbox.MINE: _("Không có vướng mắc nào chờ anh/chị ở cấp của mình."),
        Inbox.UNIT: _("Đơn vị của anh/chị không có vướng mắc nào đang mở."),
        Inbox.OVERDUE: _("Không có vướng mắc nào quá hạn."),
        Inbox.ALL: _("Không có vướng mắc nào khớp."),
    }[inbox]


def difficulty_line(row: DifficultyRow, day: date) -> DifficultyLine:
    """Return one difficulty as lists and pages show it."""
    is_late = row.closed_on is None and row.due_on < day
    days = (day - row.due_on).days
    state, badge = _("Đang mở"), "unknown"
    if row.closed_on is not None:
        state, badge = _("Đã đóng"), "on_track"
    elif is_late:
        state, badge = _("Quá hạn"), "at_risk"
    return DifficultyLine(
        row=row,
        url=url_for("difficulties.show_difficulty", difficulty_id=row.id),
        project_url=url_for("difficulties.show_project", code=row.project_code),
        group=cause_group_words(row.cause.group),
        cause=cause_words(row.cause),
        level=level_words(row.level),
        first_level=level_words(row.first_level) if row.first_level is not row.level else None,
        gravity=gravity_words(row.gravity),
        mark=GRAVITY_MARKS[row.gravity],
        state=state,
        badge=badge,
        late=ngettext("quá %(count)s ngày", "quá %(count)s ngày", days, count=number(days))
        if is_late
        else None,
    )


def difficulty_page(
    row: DifficultyRow,
    thread: Sequence[tuple[ThreadRow, Sequence[FileRow]]],
    directives: Sequence[DirectiveRow],
    project: ProjectDetail,
    actor: Actor,
    day: date,
) -> DifficultyPage:
    """Decide what the page of one difficulty shows."""
    line = difficulty_line(row, day)
    is_open = row.closed_on is None
    above = row.level.above
    may = {
        right: is_open
        and actor.scope_of(right).covers(project.unit_path, project.owner_id, project.id)
        for right in (
            Permission.DIFFICULTY_RAISE,
            Permission.DIFFICULTY_REPLY,
            Permission.DIFFICULTY_CLOSE,
            Permission.DIRECTIVE_ISSUE,
        )
    }
    return DifficultyPage(
        line=line,
        project_url=line.project_url,
        facts=_facts(row, line),
        steps=tuple(_step(one, files) for one, files in thread),
        directives=tuple(told(one, day) for one in directives),
        next_level=level_words(above) if above else None,
        amend_url=url_for("difficulties.amend", difficulty_id=row.id)
        if may[Permission.DIFFICULTY_RAISE]
        else None,
        can_reply=may[Permission.DIFFICULTY_REPLY],
        can_close=may[Permission.DIFFICULTY_CLOSE],
        directive_url=url_for("directives.issue", project=row.project_code, difficulty=row.id)
        if may[Permission.DIRECTIVE_ISSUE]
        else None,
    )


def project_page(
    reading: Reading,
    project: ProjectDetail,
    rows: Sequence[DifficultyRow],
    directives: Sequence[DirectiveRow],
    actor: Actor,
    day: date,
) -> ProjectPage:
    """Decide what the tab of a project shows."""
    place = (project.unit_path, project.owner_id, project.id)
    lines = [difficulty_line(row, day) for row in rows]
    may_raise = actor.scope_of(Permission.DIFFICULTY_RAISE).covers(*place)
    may_issue = actor.scope_of(Permission.DIRECTIVE_ISSUE).covers(*place)
    return ProjectPage(
        reading=reading,
        project=project,
        basis=(project.code, project.owner, _("đến %(day)s", day=day_words(day))),
        open=tuple(one for one in lines if one.row.closed_on is None),
        closed=tuple(one for one in lines if one.row.closed_on is not None),
        directives=tuple(told(one, day) for one in directives),
        hears=actor.may(Permission.DIRECTIVE_READ),
        raise_url=url_for("difficulties.raise_one", code=project.code) if may_raise else None,
        directive_url=url_for("directives.issue", project=project.code) if may_issue else None,
    )


def told(row: DirectiveRow, day: date) -> Told:
    """Return a directive as it is named beside a difficulty."""
    standing = standing_of(row.state, row.due_on, row.closed_on, day)
    return Told(
        url=url_for("directives.show_directive", directive_id=row.id),
        content=row.content,
        lead=row.lead,
        due_on=row.due_on,
        state=directive_standing_words(standing),
        badge=STANDING_BADGES[standing],
    )


def _facts(row: DifficultyRow, line: DifficultyLine) -> tuple[tuple[str, str | None], ...]:
    stake = _("%(amount)s đồng", amount=money(row.capital_at_stake, MoneyUnit.DONG))
    facts: Iterable[tuple[str, str | None]] = (
        (_("Nguyên nhân"), f"{line.group}: {line.cause}"),
        (_("Mức độ"), line.gravity),
        (_("Ngày phát sinh"), day_words(row.arose_on)),
        (_("Số vốn ảnh hưởng"), stake if row.capital_at_stake else None),
        (_("Số ngày chậm"), number(row.days_of_delay) if row.days_of_delay else None),
        (_("Đơn vị chịu trách nhiệm"), row.responsible_organisation),
        (_("Người chịu trách nhiệm"), row.responsible_person),
        (_("Cấp giải quyết"), line.level),
        (_("Cấp nêu"), line.first_level or line.level),
        (_("Hạn xử lý"), day_words(row.due_on)),
        (_("Cấp này giải quyết đến"), day_words(row.level_until_on)),
        (_("Đề xuất"), row.proposal),
    )
    if row.closed_on is None:
        return tuple(facts)
    return (
        *facts,
        (_("Ngày đóng"), day_words(row.closed_on)),
        (_("Kết quả"), row.result),
        (_("Minh chứng"), row.evidence),
    )


def _step(row: ThreadRow, files: Sequence[FileRow]) -> Step:
    words = difficulty_step_words(row.kind)
    if row.level is not None:
        words = _("%(what)s: %(level)s", what=words, level=level_words(row.level))
    text = row.words
    if row.is_automatic:
        text = _("Tự chuyển vì cấp dưới đã hết thời gian giải quyết.")
    if row.due_on is not None:
        words = _("%(what)s, hạn %(day)s", what=words, day=day_words(row.due_on))
    kind = {"escalated": "warning", "closed": "done", "replied": None}.get(row.kind.value, "deed")
    found = proofs(
        files,
        partial(_file_url, "attachments.hand_out"),
        partial(_file_url, "attachments.show_thumbnail"),
    )
    return Step(known_words(row.by), instant(row.at), words, kind, text, row.evidence, found)


def _file_url(endpoint: str, file_id: int) -> str:
    return url_for(endpoint, file_id=file_id)


def _heads(order: tuple[DifficultyOrder, bool]) -> tuple[Head, ...]:
    return (
        head_of(LIST, _("Dự án"), DifficultyOrder.PROJECT, order),
        Head(_("Vướng mắc")),
        head_of(LIST, _("Vốn ảnh hưởng"), DifficultyOrder.CAPITAL, order, is_number=True),
        head_of(LIST, _("Ngày chậm"), DifficultyOrder.DELAY, order, is_number=True),
        Head(_("Chịu trách nhiệm")),
        Head(_("Cấp giải quyết")),
        head_of(LIST, _("Hạn"), DifficultyOrder.DUE, order),
        Head(_("Trạng thái")),
    )


def _picks(asked: Address, owners: Sequence[OwnerChoice]) -> tuple[Pick, ...]:
    listed = (
        ("group", _("Nhóm nguyên nhân"), codes(CauseGroup, cause_group_words)),
        ("level", _("Cấp giải quyết"), ((OWN_LEVEL, _("Cấp của tôi")), *codes(Level, level_words))),
        ("gravity", _("Mức độ"), codes(Gravity, gravity_words)),
        ("owner", _("Chủ đầu tư"), tuple((one.code, one.label) for one in owners)),
        ("state", _("Trạng thái"), (("open", _("Đang mở")), ("closed", _("Đã đóng")))),
    )
    return tuple(
        Pick(name, label, options, asked.texts[name]) for name, label, options in listed if options
    )
