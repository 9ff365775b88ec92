"""The numbers of a flag's sum: what each is called, and how it is written."""

from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.flags import Operand, Quantity
from tracker.domain.money import MoneyUnit
from tracker.web.contract_words import operand_of_contracts
from tracker.web.formats import day, money, number, percent
from tracker.web.speech import named


def billions(amount: int) -> str:
    """Write an amount in tỷ; one too small to be seen there in đồng."""
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
    if quantity in _AMOUNTS:
        return _amount(quantity, int(value))
    if quantity is Quantity.COUNT:
        return number(int(value))
    if quantity is Quantity.TIMES:
        return percent(Fraction(value) / 100, 1).removesuffix("%")
    return _counted(quantity, int(value))


_AMOUNTS = frozenset({Quantity.DONG, Quantity.EXACT_DONG, Quantity.DONG_PER_DAY})


def _amount(quantity: Quantity, dong: int) -> str:
    if quantity is Quantity.EXACT_DONG:
        return _("%(amount)s đồng", amount=money(dong))
    if quantity is Quantity.DONG_PER_DAY:
        return _("%(amount)s triệu/ngày", amount=money(dong, MoneyUnit.MILLION, 1))
    return billions(dong)


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
    return (
        {
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
            "national_rate": _("bình quân cả nước"),
            "national_on": _("số cả nước đến ngày"),
            "given": _("được giao"),
            "allocated": _("đã phân bổ"),
            "unallocated": _("chưa phân bổ"),
            "overdue": _("quá hạn phân bổ"),
            "handed_over_on": _("bàn giao"),
            "in_books": _("theo phần mềm"),
            "on_statements": _("trên sao kê Kho bạc"),
            "apart": _("chênh lệch"),
            "statement_by": _("sao kê đến ngày"),
            "status_since": _("chờ bàn giao từ ngày"),
            "investment": _("tổng mức đầu tư đã ghi"),
            "paid_ever": _("đã giải ngân từ đầu dự án"),
            "points": _("chênh lệch"),
            "days_over": _("quá"),
            "years_over": _("quá"),
            "short_per_day": _("thiếu mỗi ngày"),
            "issued_on": _("ngày giao"),
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
        }.get(name)
        or operand_of_contracts(name)
        or name
    )
