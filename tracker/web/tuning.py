"""How thresholds are named, written and read: 5%, 31/05, 20 tỷ đồng, 2,5 lần."""

from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from tracker.domain.days import MONTHS
from tracker.domain.money import Dong, parse_dong
from tracker.domain.refusals import Malformed
from tracker.domain.thresholds import Threshold, ThresholdUnit
from tracker.web.fields import numeral_style
from tracker.web.formats import dong, number, percent
from tracker.web.speech import language, named

_HUNDRED = 100
_LONGEST = 25
_CURVE = "curve_"


TUNING_DEEDS = {
    "threshold.set": lazy_gettext("Đặt ngưỡng cảnh báo"),
    "mandate.recorded": lazy_gettext("Ghi việc đã làm theo mức cờ"),
    "plan.blocked": lazy_gettext("Ghi vốn bị phong tỏa"),
}
"""What was done here, for the history."""


@named
def tuning_field_words(name: str) -> str:
    """Return what a field of these deeds is called; the code itself when it is not of them."""
    return {
        "value": _("Giá trị, theo đơn vị lưu"),
        "cause": _("Nguyên nhân"),
        "legal_basis": _("Căn cứ"),
        "action": _("Việc phải làm"),
        "demanded_on": _("Mức cờ từ ngày"),
        "done_on": _("Ngày đã làm"),
        "found_on": _("Thấy trên sao kê ngày"),
    }.get(name, name)


@named
def threshold_name(code: str) -> str:
    """Return what a threshold is called."""
    if code.startswith(_CURVE):
        month = int(code.removeprefix(_CURVE))
        if month == MONTHS:
            return _("Đường cong mặc định, đến 31/01 năm sau")
        return _("Đường cong mặc định, cuối tháng %(month)s", month=month)
    return {
        "zero_days": _("Số ngày được chưa giải ngân"),
        "zero_days_new_start": _("Số ngày được chưa giải ngân, dự án khởi công mới"),
        "zero_red_from": _("Chưa giải ngân sau ngày này là đỏ"),
        "behind_tolerance": _("Dung sai so với kịch bản"),
        "behind_orange": _("Dưới phần này của kịch bản là cam"),
        "behind_red": _("Dưới phần này của kịch bản là đỏ"),
        "behind_red_gap": _("Thiếu từ số tiền này là đỏ"),
        "milestone_june": _("Phải giải ngân đến 30/6"),
        "milestone_september": _("Phải giải ngân đến 30/9"),
        "milestone_october": _("Phải giải ngân đến 31/10"),
        "milestone_november": _("Phải giải ngân đến 30/11"),
        "milestone_december": _("Phải giải ngân đến 31/12"),
        "idle_days": _("Số ngày được không phát sinh giải ngân"),
        "run_rate_factor": _("Số lần nhịp 60 ngày qua còn tin là làm được"),
        "run_rate_within": _("Chỉ xét khả năng khi còn số ngày này"),
        "disbursed_enough": _("Giải ngân từ phần này là đủ"),
        "deadline_first": _("Nhắc hạn lần một, trước số ngày"),
        "deadline_second": _("Nhắc hạn lần hai (cam), trước số ngày"),
        "deadline_third": _("Nhắc hạn lần ba (đỏ), trước số ngày"),
        "scenario_by": _("Kịch bản được duyệt trước ngày"),
        "scenario_days": _("Hoặc trong số ngày từ khi được giao kế hoạch"),
        "capital_years_a": _("Số năm được bố trí vốn, nhóm A"),
        "capital_years_b": _("Số năm được bố trí vốn, nhóm B"),
        "capital_years_c": _("Số năm được bố trí vốn, nhóm C"),
        "update_days": _("Số ngày được không cập nhật"),
        "update_working_days_year_end": _("Số ngày làm việc được không cập nhật, từ tháng 12"),
        "national_days": _("Không so với số cả nước cũ hơn"),
        "pool_by": _("Phân bổ chi tiết trước ngày này của năm trước"),
        "pool_days": _("Hoặc trong số ngày từ khi được giao vốn"),
        "settlement_months_national": _("Hạn nộp hồ sơ quyết toán, dự án quan trọng quốc gia"),
        "settlement_months_a": _("Hạn nộp hồ sơ quyết toán, nhóm A"),
        "settlement_months_b": _("Hạn nộp hồ sơ quyết toán, nhóm B"),
        "settlement_months_c": _("Hạn nộp hồ sơ quyết toán, nhóm C"),
        "settlement_red_months": _("Chậm quyết toán quá số tháng này là đỏ"),
        "treasury_tolerance": _("Được lệch Kho bạc"),
        "takeover_days": _("Số ngày được chờ nhận bàn giao"),
        "small_investment": _("Tổng mức đầu tư nhỏ hơn mức này là đáng ngờ"),
        "action_days_yellow": _("Hạn xử lý cờ vàng"),
        "action_days_orange": _("Hạn xử lý cờ cam"),
        "action_days_red": _("Hạn xử lý cờ đỏ"),
        "plan_late_after": _("Vốn giao sau ngày này là giao muộn"),
        "plan_deadline": _("Hạn giải ngân, ngày của năm sau"),
        "plan_deadline_late": _("Hạn giải ngân vốn giao muộn, ngày của năm sau"),
        "two_person_plan_decrease": _("Giảm kế hoạch quá số này cần hai người"),
        "two_person_reversal": _("Đảo bút toán, nộp trả hoặc giảm quá số này cần hai người"),
        "two_person_rows": _("Nhập cùng lúc quá số dòng này cần hai người"),
        "two_person_days": _("Đề nghị chờ người thứ hai quá số ngày này thì hết hiệu lực"),
    }.get(code) or _name_elsewhere(code)


def _name_elsewhere(code: str) -> str:
    """Return what a threshold of contracts, works, directives, reminders or scores is called."""
    return {
        "payable_days": _("Số ngày được chưa thanh toán khối lượng đã nghiệm thu"),
        "advance_most": _("Tạm ứng nhiều nhất so với giá trị hợp đồng"),
        "advance_recovered_by": _("Thu hồi hết tạm ứng khi thanh toán đạt"),
        "advance_idle_days": _("Số ngày được giữ tạm ứng mà không có khối lượng"),
        "guarantee_days": _("Nhắc bảo lãnh sắp hết hiệu lực, trước số ngày"),
        "works_behind": _("Thi công chậm kế hoạch, số điểm là vàng"),
        "works_behind_orange": _("Thi công chậm kế hoạch, số điểm là cam"),
        "works_money_apart": _("Thi công và giải ngân được lệch"),
        "land_advance_days": _("Số ngày được giữ tạm ứng giải phóng mặt bằng"),
        "progress_closes": _("Giờ chốt tiến độ thi công hằng tuần"),
        "photo_distance": _("Ảnh chụp xa công trường quá mức này là cảnh báo"),
        "directive_reply_days": _("Số ngày được chưa phản hồi chỉ đạo"),
        "directive_near": _("Nhắc chỉ đạo trước hạn, số ngày"),
        "directive_escalate": _("Báo cấp trên khi chỉ đạo quá hạn"),
        "milestone_near": _("Nhắc mốc của dự án trước số ngày"),
        "pledge_near": _("Nhắc cam kết giải ngân trước số ngày"),
        "directive_days": _("Hạn điền sẵn của chỉ đạo"),
        "directive_effect_days": _("Đo lại kết quả chỉ đạo sau hạn"),
        "difficulty_step_days": _("Số ngày của mỗi cấp xử lý vướng mắc"),
        "once_red_days": _("Lọc dự án đã từng đỏ trong số ngày gần nhất"),
        "reminder_officer": _("Số lần nhắc cán bộ"),
        "reminder_leader": _("Số lần nhắc lãnh đạo đơn vị"),
        "period_complete_day": _("Ngày phải xong số liệu tháng trước"),
        "period_near": _("Nhắc trước hạn xong số liệu tháng"),
        "freshness_on_time": _("Nhập đúng hạn trong"),
        "freshness_grace": _("Nhập chậm còn được tính trong"),
        "freshness_window": _("Chấm điểm cập nhật trên số ngày gần nhất"),
        "score_volume": _("Trọng số: khối lượng giải ngân"),
        "score_accuracy": _("Trọng số: sát kế hoạch đã lập"),
        "score_freshness": _("Trọng số: cập nhật số liệu"),
        "score_quality": _("Trọng số: chất lượng số liệu"),
        "score_directives": _("Trọng số: thực hiện chỉ đạo"),
    }.get(code, code)


@named
def threshold_unit_words(unit: ThresholdUnit) -> str:
    """Return in which unit a threshold is written."""
    return {
        ThresholdUnit.BASIS_POINTS: _("phần trăm"),
        ThresholdUnit.DAYS: _("ngày"),
        ThresholdUnit.WORKING_DAYS: _("ngày làm việc"),
        ThresholdUnit.MONTHS: _("tháng"),
        ThresholdUnit.YEARS: _("năm"),
        ThresholdUnit.DONG: _("đồng"),
        ThresholdUnit.HUNDREDTHS: _("lần"),
        ThresholdUnit.ROWS: _("dòng"),
        ThresholdUnit.MONTH_DAY: _("ngày/tháng"),
        ThresholdUnit.WEEK_HOUR: _("giờ trong tuần"),
        ThresholdUnit.METRES: _("mét"),
    }[unit]


def threshold_value(threshold: Threshold) -> str:
    """Write the value of a threshold with its unit."""
    return value_words(threshold.unit, threshold.value)


def value_words(unit: ThresholdUnit, value: int) -> str:
    """Write a value with its unit."""
    if unit is ThresholdUnit.BASIS_POINTS:
        return _hundredths_words(value) + "%"
    if unit is ThresholdUnit.HUNDREDTHS:
        return _("%(number)s lần", number=_hundredths_words(value))
    if unit is ThresholdUnit.DONG:
        return dong(value)
    if unit is ThresholdUnit.MONTH_DAY:
        month, day = divmod(value, _HUNDRED)
        return f"{day:02d}/{month:02d}"
    if unit is ThresholdUnit.WEEK_HOUR:
        weekday, hour = divmod(value, _HUNDRED)
        return _("%(hour)s giờ %(weekday)s", hour=hour, weekday=weekday_words(weekday))
    if unit is ThresholdUnit.METRES:
        return _("%(count)s m", count=number(value))
    return _counted(unit, value)


@named
def weekday_words(weekday: int) -> str:
    """Return a day of the week, from Monday, which is 1."""
    return {
        1: _("thứ Hai"),
        2: _("thứ Ba"),
        3: _("thứ Tư"),
        4: _("thứ Năm"),
        5: _("thứ Sáu"),
        6: _("thứ Bảy"),
    }.get(weekday, _("Chủ nhật"))


def _hundredths_words(value: int) -> str:
    """Write hundredths with as many decimals as they need."""
    places = 0 if value % _HUNDRED == 0 else 1 if value % 10 == 0 else 2
    return percent(Fraction(value, 10_000), places).removesuffix("%")


def _counted(unit: ThresholdUnit, value: int) -> str:
    count = number(value)
    if unit is ThresholdUnit.WORKING_DAYS:
        return ngettext("%(count)s ngày làm việc", "%(count)s ngày làm việc", value, count=count)
    if unit is ThresholdUnit.MONTHS:
        return ngettext("%(count)s tháng", "%(count)s tháng", value, count=count)
    if unit is ThresholdUnit.YEARS:
        return ngettext("%(count)s năm", "%(count)s năm", value, count=count)
    if unit is ThresholdUnit.ROWS:
        return ngettext("%(count)s dòng", "%(count)s dòng", value, count=count)
    return ngettext("%(count)s ngày", "%(count)s ngày", value, count=count)


def typed_value(unit: ThresholdUnit, value: int) -> str:
    """Write a value as it is typed: without its unit."""
    if unit in (ThresholdUnit.BASIS_POINTS, ThresholdUnit.HUNDREDTHS):
        return _hundredths_words(value)
    if unit is ThresholdUnit.DONG:
        return number(value)
    return value_words(unit, value) if unit is ThresholdUnit.MONTH_DAY else str(value)


def read_value(unit: ThresholdUnit, text: str) -> int | None:
    """Return the value that was typed, or None when it cannot be read: 5,5 for 5.5 per cent."""
    text = text.strip().removesuffix("%").strip()
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    if unit is ThresholdUnit.MONTH_DAY:
        return _month_day(text)
    if unit in (ThresholdUnit.BASIS_POINTS, ThresholdUnit.HUNDREDTHS):
        return _hundredths(text)
    if unit is ThresholdUnit.DONG and text != "0":
        return _amount(text)
    return int(text) if text.isdigit() else None


def _month_day(text: str) -> int | None:
    parts = text.split("/")
    if len(parts) != 2 or not all(part.isdigit() and len(part) < 3 for part in parts):
        return None
    return int(parts[1]) * _HUNDRED + int(parts[0])


def _hundredths(text: str) -> int | None:
    """Read a number with up to two decimals, after the mark of the page's language or a point."""
    _group, mark = language().marks
    whole, _dot, rest = text.replace(mark, ".").partition(".")
    if not (whole + rest).isdigit() or not whole or len(rest) > 2:
        return None
    return int(whole) * _HUNDRED + int(rest.ljust(2, "0"))


def _amount(text: str) -> Dong | None:
    try:
        return parse_dong(text, style=numeral_style())
    except Malformed:
        return None


def day_in(text: str) -> date | None:
    """Return the day of a hidden field, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
