"""What milestones and site clearance show, and what is typed about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.domain.clearance import Clearance
from tracker.domain.milestones import ORDER, Days, MilestoneCode, Standing
from tracker.domain.money import ZERO
from tracker.domain.people import Actor, Permission
from tracker.mail import milestones
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.works import ClearanceRow, PointRow
from tracker.services.land import RaisePoint, ReportClearance, SettlePoint, TellMilestones
from tracker.web.deeds import DeedForm, day_field, lazy_gettext
from tracker.web.fields import DongField, KeyField, LineField
from tracker.web.reading import Reading
from tracker.web.speech import named
from tracker.web.telling import tongue

AREA_MOST = 10**10


@named
def milestone_words(code: MilestoneCode) -> str:
    """Return the official name of a milestone."""
    return milestones.milestone_words(code, tongue())


@dataclass(frozen=True, slots=True)
class MilestonesPage:
    """The milestones of a project on a day."""

    reading: Reading
    project: ProjectDetail
    lines: tuple[tuple[str, Standing], ...]
    following: tuple[str, Standing] | None
    edit_url: str | None


@dataclass(frozen=True, slots=True)
class ClearancePage:
    """The site clearance of a project on a day; `now` is the entry in force."""

    reading: Reading
    project: ProjectDetail
    now: ClearanceRow | None
    share: Fraction | None
    rows: tuple[ClearanceRow, ...]
    points: tuple[PointRow, ...]
    report_url: str | None
    point_url: str | None


def may_record(project: ProjectDetail, actor: Actor) -> bool:
    """Tell whether this person reports on the site of a project."""
    scope = actor.scope_of(Permission.WORKS_RECORD)
    return scope.covers(project.unit_path, project.owner_id, project.id)


def milestones_page(
    project: ProjectDetail, found: Sequence[Standing], reading: Reading, actor: Actor
) -> MilestonesPage:
    """Decide what the milestones show."""
    lines = tuple((milestone_words(one.code), one) for one in found)
    return MilestonesPage(
        reading,
        project,
        lines,
        next((line for line in lines if line[1].is_next), None),
        url_for("land.tell", code=project.code) if may_record(project, actor) else None,
    )


def clearance_page(
    project: ProjectDetail,
    rows: Sequence[ClearanceRow],
    points: Sequence[PointRow],
    reading: Reading,
    actor: Actor,
) -> ClearancePage:
    """Decide what clearance shows."""
    may = may_record(project, actor)
    return ClearancePage(
        reading,
        project,
        rows[0] if rows else None,
        rows[0].found.share if rows else None,
        tuple(rows),
        tuple(points),
        url_for("land.report", code=project.code) if may else None,
        url_for("land.raise_one", code=project.code) if may else None,
    )


class MilestonesForm(DeedForm):
    """Two days for each milestone; the fields are added by `milestones_form`."""

    reason = LineField(lazy_gettext("Ghi chú, lý do"), [Optional(), Length(max=300)])

    def command(self, project_id: int) -> TellMilestones:
        """Return the order."""
        days = {
            code: Days(self[f"{code.value}_planned"].data, self[f"{code.value}_actual"].data)
            for code in ORDER
        }
        return TellMilestones(project_id, days, self.reason.data)


def milestones_form(days: Mapping[MilestoneCode, Days]) -> MilestonesForm:
    """Return the form filled in with the days in force."""
    fields: dict[str, Any] = {}
    given: dict[str, date | None] = {}
    for code in ORDER:
        words, known = milestone_words(code), days.get(code, Days())
        fields |= {
            f"{code.value}_planned": day_field(_("%(name)s: kế hoạch", name=words), [Optional()]),
            f"{code.value}_actual": day_field(_("%(name)s: thực tế", name=words), [Optional()]),
        }
        given |= {
            f"{code.value}_planned": known.planned_on,
            f"{code.value}_actual": known.actual_on,
        }
    made: MilestonesForm = type("MilestonesFormByCode", (MilestonesForm,), fields)(data=given)
    return made


def _count(label: str) -> IntegerField:
    return IntegerField(
        label,
        [
            InputRequired(lazy_gettext("Hãy nhập một số nguyên, 0 nếu không có.")),
            NumberRange(0, AREA_MOST, lazy_gettext("Hãy nhập một số nguyên không âm.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class ClearanceForm(DeedForm):
    """How far clearance is by the close of a day."""

    day = day_field(
        lazy_gettext("Số liệu đến ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày."))]
    )
    area_total = _count(lazy_gettext("Diện tích phải thu hồi, m²"))
    area_done = _count(lazy_gettext("Diện tích đã bàn giao, m²"))
    households = _count(lazy_gettext("Số hộ, tổ chức"))
    counted = _count(lazy_gettext("Đã kiểm đếm"))
    approved = _count(lazy_gettext("Đã duyệt phương án"))
    paid = _count(lazy_gettext("Đã chi trả"))
    handed_over = _count(lazy_gettext("Đã bàn giao mặt bằng"))
    graves_total = _count(lazy_gettext("Số mộ"))
    graves_moved = _count(lazy_gettext("Mộ đã di chuyển"))
    lots_needed = _count(lazy_gettext("Lô tái định cư cần"))
    lots_ready = _count(lazy_gettext("Lô tái định cư đã có"))
    money_approved = DongField(lazy_gettext("Kinh phí duyệt"), [Optional()])
    money_paid = DongField(lazy_gettext("Kinh phí đã chi trả"), [Optional()])
    advance_held = DongField(lazy_gettext("Dư tạm ứng chưa chi trả"), [Optional()])
    advance_on = day_field(lazy_gettext("Tạm ứng từ ngày"), [Optional()])
    due_on = day_field(lazy_gettext("Hạn bàn giao toàn bộ"), [Optional()])
    claims_done = BooleanField(lazy_gettext("Báo cáo ghi là cơ bản bàn giao"))
    note = LineField(lazy_gettext("Ghi chú"), [Optional(), Length(max=300)])
    key = KeyField(lazy_gettext("Khóa"), [InputRequired()])

    COUNTS = (
        "area_total", "area_done", "households", "counted", "approved", "paid", "handed_over",
        "graves_total", "graves_moved", "lots_needed", "lots_ready",
    )  # fmt: skip

    def command(self, project_id: int) -> ReportClearance:
        """Return the order."""
        counts = {name: self[name].data or 0 for name in self.COUNTS}
        found = Clearance(
            day=self.day.data or date.min,
            **counts,
            money_approved=self.money_approved.data or ZERO,
            money_paid=self.money_paid.data or ZERO,
            advance_held=self.advance_held.data or ZERO,
            advance_on=self.advance_on.data,
            due_on=self.due_on.data,
            claims_done=self.claims_done.data,
        )
        return ReportClearance(project_id, found, self.key.data, self.note.data)


class PointForm(DeedForm):
    """A place where clearance sticks."""

    place = LineField(
        lazy_gettext("Vị trí, lý trình"),
        [InputRequired(lazy_gettext("Hãy nhập vị trí.")), Length(max=200)],
    )
    cause = LineField(
        lazy_gettext("Vướng gì"),
        [InputRequired(lazy_gettext("Hãy nhập nguyên nhân.")), Length(max=300)],
    )
    responsible = LineField(
        lazy_gettext("Đơn vị, người gỡ"),
        [InputRequired(lazy_gettext("Hãy nhập ai phải gỡ.")), Length(max=200)],
    )
    due_on = day_field(lazy_gettext("Hạn gỡ"), [InputRequired(lazy_gettext("Hãy nhập hạn."))])

    def command(self, project_id: int) -> RaisePoint:
        """Return the order."""
        return RaisePoint(
            project_id, self.place.data, self.cause.data, self.responsible.data,
            self.due_on.data or date.min,
        )  # fmt: skip


class SettleForm(DeedForm):
    """How a sticking point was settled."""

    reason = LineField(
        lazy_gettext("Đã gỡ thế nào"),
        [InputRequired(lazy_gettext("Hãy ghi cách gỡ, ít nhất 10 ký tự.")), Length(max=300)],
    )

    def command(self, point_id: int) -> SettlePoint:
        """Return the order."""
        return SettlePoint(point_id, self.reason.data)
