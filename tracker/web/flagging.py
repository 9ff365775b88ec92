"""The sentences of the flags: what is claimed, the arithmetic, and what would lift it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.classes import Class, Standing
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, RemedyKind
from tracker.domain.money import MoneyUnit
from tracker.domain.scenarios import PathSource
from tracker.web.formats import day, money, number, percent
from tracker.web.speech import named

BADGES = {
    Class.UNABLE: "at_risk",
    Class.SLOW: "slow",
    Class.NOT_ENOUGH_DATA: "unknown",
    Class.GOOD: "on_track",
    Class.NOT_APPLICABLE: "unknown",
}
"""The state of `ui.badge` for each class."""


_TELLING = 1_000_000
"""Fewer đồng are written out: in billions nothing would be left of them."""


@dataclass(frozen=True, slots=True)
class FlagWords:
    """A flag as a person reads it: F-02, its name, its sum, its inputs, what lifts it."""

    code: str
    name: str
    severity: int
    arithmetic: str
    remedy: str
    since: date | None
    rule: str
    gap: int


@named
def flag_name(code: FlagCode) -> str:
    """Return the official name of a flag."""
    return {
        FlagCode.F01: _("Chưa giải ngân"),
        FlagCode.F02: _("Chậm so với kịch bản"),
        FlagCode.F03: _("Dưới bình quân chung của tỉnh"),
        FlagCode.F05: _("Dưới ngưỡng mốc"),
        FlagCode.F06: _("Lâu không phát sinh giải ngân"),
        FlagCode.F07: _("Không có khả năng giải ngân hết"),
        FlagCode.F08: _("Sắp hết hạn giải ngân"),
        FlagCode.F11: _("Chưa lập kịch bản giải ngân"),
        FlagCode.F12: _("Quá thời gian bố trí vốn"),
        FlagCode.F13: _("Chậm tiến độ so với quyết định"),
        FlagCode.F18: _("Vượt kế hoạch, vượt tổng mức đầu tư"),
        FlagCode.F29: _("Chưa cập nhật số liệu"),
        FlagCode.F14: _("Chậm tiến độ thi công"),
        FlagCode.F22: _("Tạm ứng giải phóng mặt bằng chưa chi trả"),
        FlagCode.F26: _("Giải phóng mặt bằng chậm"),
        FlagCode.F32: _("Chênh tiến độ và giải ngân"),
        FlagCode.F34: _("Khởi công chưa đủ điều kiện"),
    }[code]


def flag_number(code: FlagCode) -> str:
    """Return the number of a flag in the catalogue: F-02."""
    return f"F-{code.value[1:]}"


@named
def class_words(klass: Class) -> str:
    """Return the name of a class of projects."""
    return {
        Class.UNABLE: _("Nguy cơ không giải ngân hết"),
        Class.SLOW: _("Chậm"),
        Class.NOT_ENOUGH_DATA: _("Chưa đủ dữ liệu"),
        Class.GOOD: _("Đúng tiến độ"),
        Class.NOT_APPLICABLE: _("Không có kế hoạch"),
    }[klass]


@named
def standing_words(standing: Standing) -> str:
    """Return the name of a standing against the scenario."""
    return {
        Standing.BEHIND: _("Sau kịch bản"),
        Standing.ON: _("Đúng kịch bản"),
        Standing.AHEAD: _("Vượt kịch bản"),
        Standing.UNKNOWN: _("Không có kịch bản"),
    }[standing]


@named
def path_words(source: PathSource | None) -> str:
    """Return where an expected amount comes from."""
    if source is None:
        return _("không có kịch bản")
    return {
        PathSource.PROJECT: _("kịch bản của dự án"),
        PathSource.UNIT: _("kịch bản của đơn vị"),
        PathSource.TIER: _("kịch bản của cấp"),
        PathSource.PROVINCE: _("kịch bản của tỉnh"),
        PathSource.DEFAULT_CURVE: _("đường cong mặc định"),
    }[source]


def flag_words(flag: Flag) -> FlagWords:
    """Return everything a person reads of a flag."""
    return FlagWords(
        code=flag_number(flag.code),
        name=flag_name(flag.code),
        severity=int(flag.severity),
        arithmetic=_arithmetic(flag),
        remedy=_remedy(flag),
        since=flag.since,
        rule=_rule(flag),
        gap=flag.gap,
    )


def _billions(amount: int) -> str:
    return _("%(amount)s tỷ", amount=money(amount, MoneyUnit.BILLION))


def written(operand: Operand) -> str:
    """Write the number of an operand with its unit; shares are already numbers of 100."""
    value, quantity = operand.value, operand.quantity
    if isinstance(value, date):
        return day(value)
    if quantity is Quantity.PERCENT:
        return percent(Fraction(value) / 100)
    if quantity is Quantity.POINTS:
        return _("%(number)s điểm", number=percent(Fraction(value) / 100).removesuffix("%"))
    if quantity is Quantity.DONG:
        return _billions(int(value))
    if quantity is Quantity.DONG_PER_DAY:
        return _("%(amount)s triệu/ngày", amount=money(int(value), MoneyUnit.MILLION, 1))
    if quantity in {Quantity.TIMES, Quantity.COUNT}:
        return number(int(value))
    return _counted(quantity, int(value))


def _counted(quantity: Quantity, count: int) -> str:
    """Write a number of days or years."""
    written = number(count)
    if quantity is Quantity.WORKING_DAYS:
        return ngettext(
            "%(count)s ngày làm việc", "%(count)s ngày làm việc", abs(count), count=written
        )
    if quantity is Quantity.YEARS:
        return ngettext("%(count)s năm", "%(count)s năm", abs(count), count=written)
    return ngettext("%(count)s ngày", "%(count)s ngày", abs(count), count=written)


@named
def operand_words(name: str) -> str:
    """Return what an operand is called in a sum."""
    return {
        "rate": _("đã giải ngân"),
        "expected_rate": _("phải đạt"),
        "province_rate": _("bình quân tỉnh"),
        "required_rate": _("ngưỡng phải đạt"),
        "days_since": _("đã qua"),
        "days_allowed": _("cho phép"),
        "needed_per_day": _("cần mỗi ngày"),
        "reachable_per_day": _("có thể mỗi ngày"),
        "plan": _("kế hoạch"),
        "disbursed": _("đã giải ngân"),
        "deadline_on": _("hạn giải ngân"),
        "day": _("ngày xét"),
        "due_on": _("hạn phải có"),
        "years_given": _("đã bố trí"),
        "years_allowed": _("được bố trí"),
        "planned_end_on": _("hoàn thành theo quyết định"),
        "amount": _("số đã ghi"),
        "limit": _("mức được duyệt"),
        "expected": _("kịch bản"),
        "gap": _("chênh lệch"),
        "remaining": _("còn lại"),
        "trailing_60": _("giải ngân 60 ngày qua"),
        "factor": _("hệ số"),
        "payable_from": _("thanh toán được từ"),
        "last_positive_on": _("khoản gần nhất"),
        "last_updated_on": _("cập nhật gần nhất"),
        "milestone_on": _("mốc"),
        "province_plan": _("kế hoạch toàn tỉnh"),
        "province_disbursed": _("giải ngân toàn tỉnh"),
        "first_capital_year": _("năm đầu bố trí vốn"),
        "days_left": _("còn"),
        "days_late": _("quá"),
        "excess": _("vượt"),
        "works_actual": _("đã thi công"),
        "works_planned": _("kế hoạch thi công"),
        "paid_share": _("giải ngân so với tổng mức"),
        "advance_held": _("dư tạm ứng"),
        "land_due_on": _("hạn bàn giao mặt bằng"),
        "point_due_on": _("hạn gỡ điểm vướng"),
        "households": _("số hộ"),
        "handed_over": _("hộ đã bàn giao"),
        "area_total": _("m² phải thu hồi"),
        "area_done": _("m² đã bàn giao"),
        "disbursed_total": _("lũy kế giải ngân"),
        "total_investment": _("tổng mức đầu tư"),
        "capital_from": _("có vốn từ"),
        "started_on": _("khởi công"),
        "ready_on": _("đủ điều kiện"),
    }.get(name, name)


def _arithmetic(flag: Flag) -> str:
    """Return the sum: 12,4% đã giải ngân − 31,0% phải đạt = −18,6 điểm."""
    equation = flag.equation()
    return _(
        "%(left)s %(left_name)s − %(right)s %(right_name)s = %(result)s",
        left=written(equation.left),
        left_name=operand_words(equation.left.name),
        right=written(equation.right),
        right_name=operand_words(equation.right.name),
        result=written(equation.result),
    )


def _remedy(flag: Flag) -> str:
    remedy = flag.remedy
    amount, by = _billions(remedy.amount), day(remedy.by)
    exact = money(remedy.amount)
    if remedy.kind is RemedyKind.PAY and remedy.amount < _TELLING:
        return _("Giải ngân thêm %(exact)s đồng trước hết ngày %(by)s", exact=exact, by=by)
    return {
        RemedyKind.PAY: _(
            "Giải ngân thêm %(amount)s (%(exact)s đồng) trước hết ngày %(by)s",
            amount=amount,
            exact=exact,
            by=by,
        ),
        RemedyKind.TAKE_BACK: _(
            "Điều chỉnh giảm hoặc bổ sung đủ %(amount)s (%(exact)s đồng)",
            amount=amount,
            exact=exact,
        ),
        RemedyKind.APPROVE_SCENARIO: _("Lập và duyệt kịch bản giải ngân của dự án"),
        RemedyKind.UPDATE: _("Nhập khoản giải ngân mới hoặc ghi “Không phát sinh”"),
        RemedyKind.HAND_OVER: _(
            "Bàn giao công trình, hoặc có quyết định gia hạn thời gian bố trí vốn"
        ),
        RemedyKind.COMPLETE: _("Hoàn thành công trình, hoặc có quyết định điều chỉnh thời gian"),
        RemedyKind.CATCH_UP: _("Đẩy nhanh thi công, hoặc đính chính báo cáo tuần nếu sai"),
        RemedyKind.PAY_OUT: _(
            "Chi trả hoặc nộp trả %(amount)s (%(exact)s đồng) tạm ứng", amount=amount, exact=exact
        ),
        RemedyKind.CLEAR_LAND: _("Bàn giao hết mặt bằng, gỡ xong các điểm vướng quá hạn"),
        RemedyKind.ACCEPT_WORKS: _("Nghiệm thu, thu hồi tạm ứng hoặc cập nhật khối lượng đã làm"),
        RemedyKind.MEET_CONDITIONS: _("Bổ sung điều kiện khởi công, hoặc đính chính mốc nếu sai"),
    }[remedy.kind]


def _rule(flag: Flag) -> str:
    parts = [_("Đến %(day)s", day=day(flag.day))]
    if flag.ratio is not None:
        parts.append(flag.ratio.value.upper())
    parts.append(_("theo phần mềm"))
    if flag.version:
        parts.append(_("bộ ngưỡng phiên bản %(version)s", version=flag.version))
    return " · ".join(parts)
