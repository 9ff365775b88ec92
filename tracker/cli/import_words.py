"""Vietnamese sentences for what can be wrong with a file, a row or a cell."""

from datetime import date

from tracker.cli.speech import number, printable
from tracker.domain.imports import HEADER_ROW, CellError
from tracker.files.tables import UnreadableFile

_FILE_FAULTS = {
    "too_large": "Tệp quá lớn: tối đa 50 MB.",
    "empty": "Tệp trống.",
    "workbook": "Đây là tệp bảng tính: hãy lưu thành CSV UTF-8 rồi nhập.",
    "not_utf8": "Tệp không phải UTF-8: hãy lưu lại thành CSV UTF-8.",
    "binary": "Tệp có ký tự NUL: đây không phải tệp CSV.",
    "malformed_csv": "Dấu ngoặc kép không cân, hoặc một ô quá dài.",
    "no_header": "Không thấy dòng tên cột.",
    "too_many_rows": "Quá nhiều dòng: tối đa {most} dòng một tệp.",
    "too_many_columns": "Quá nhiều cột: tối đa {most}.",
    "cell_too_long": "Một ô quá dài: tối đa {most} ký tự.",
}

_FLAWS = {
    "empty": "trống",
    "malformed": "chỉ nhận chữ số, có thể ngăn nhóm ba bằng dấu chấm; đơn vị là đồng",
    "zero": "phải khác 0",
    "too_large": "quá lớn",
    "fraction_of_dong": "có phần lẻ của đồng",
    "too_long": "quá dài",
    "forbidden_character": "có ký tự ẩn",
}

_CELL_FAULTS = {
    "unknown_column": "cột này không có trong mẫu",
    "missing_column": "thiếu cột này",
    "no_rows": "dưới tên cột không có dòng dữ liệu nào",
    "repeated_column": "cột này có hai lần",
    "cell_count": "có {cells} ô, tên cột có {columns}",
    "required": "bắt buộc",
    "not_a_day": "không phải ngày; viết 2025-04-30 hoặc 30/04/2025",
    "day_out_of_bounds": "ngày phải từ {first} đến {last}",
    "not_a_year": "không phải năm từ 2000 đến 2100",
    "not_money": "không phải số tiền: {flaw}",
    "not_a_flag": "chỉ nhận 1 hoặc 0",
    "not_in_list": "không có trong danh mục: {codes}",
    "malformed": "viết sai: {flaw}",
    "unknown_code": "không có mã này, hoặc ngoài phạm vi của tài khoản",
    "duplicate_in_file": "trùng với dòng {first_row}",
    "span": "phải sau ngày hoặc năm bắt đầu",
    "overlaps": "chồng thời gian với bản ghi cùng mã từ {other}",
    "cannot_change": "không đổi được bằng cách nhập tệp",
    "one_of": "cần đúng một trong hai cột, cột kia là {other}",
    "decision_required": "tổng mức đầu tư phải kèm số và ngày quyết định",
    "sum_differs": "tăng và giảm trong quyết định lệch nhau {difference} đồng",
    "sources_differ": "tổng các nguồn {given} đồng khác tổng mức {total} đồng",
    "investment_below_disbursed": "đã giải ngân {disbursed} đồng, hơn tổng mức {investment} đồng",
    "unit_suspected": "có vẻ sai đơn vị tiền; nếu đúng, ghi 1 vào cột confirmed",
    "differs_from_recorded": "đã ghi với nội dung khác; sổ không sửa, hãy đảo rồi nhập lại",
    "days_order": "trước ngày quyết định {decided_on}",
    "no_plan_line": "dự án không có kế hoạch vốn của năm, nguồn và cấp ngân sách này",
    "over_plan": "vượt kế hoạch: chỉ còn {remaining} đồng",
    "plan_reserved": "kế hoạch còn {remaining} đồng nhưng bút toán chờ duyệt giữ {waiting} đồng",
    "over_investment": "vượt tổng mức đầu tư: chỉ còn {remaining} đồng",
    "over_advance": "thu hồi quá dư tạm ứng: chỉ còn {outstanding} đồng",
    "below_zero": "giảm quá số đã giải ngân {disbursed} đồng",
    "note_required": "giảm quá {most} đồng: hãy ghi lý do, ít nhất 10 ký tự",
    "in_the_future": "ngày chưa đến",
    "effective_later": "chưa có hiệu lực; muộn nhất là {latest}",
    "before_plan_year": "trước ngày kế hoạch có hiệu lực {opens_on}",
    "line_closed": "kế hoạch đã hết hạn giải ngân ngày {deadline}",
    "amount_out_of_bounds": "số tiền không hợp với loại",
    "recovery_not_possible": "thu hồi tạm ứng không hợp với loại; tối đa {most} đồng",
    "voucher_after_posting": "sau ngày hạch toán {known}",
    "voucher_of_another_year": "quá cũ so với kế hoạch năm {known}",
    "advance_beyond_share": "dư tạm ứng {given} đồng, quá mức của tổng mức đầu tư {known} đồng",
    "paid_in_full_under_construction": "đã giải ngân đủ tổng mức đầu tư {known} đồng",
    "suspected_duplicate": "đã nhập tay hoặc chờ duyệt; nếu là khoản khác, ghi 1 vào cột confirmed",
    "plan_below_disbursed": "giảm dưới số đã giải ngân: chỉ còn giảm được {free} đồng",
    "plan_amount_out_of_bounds": "số tiền không hợp lệ",
    "allocation_over_investment": "bố trí vượt tổng mức đầu tư: chỉ còn {remaining} đồng",
    "kind_not_for_line": "loại này không hợp với kế hoạch kéo dài hay không kéo dài",
    "plan_above_projects": "kế hoạch Thủ tướng giao không giao cho từng dự án",
    "source_not_in_force": "nguồn vốn không có hiệu lực ngày {day}",
    "decision_number_malformed": "số quyết định viết như 1947/QĐ-UBND",
    "deadline_out_of_bounds": "hạn phải từ {earliest} đến {latest}",
    "scenario_falls": "lũy kế giảm so với tháng trước: {before} rồi {after} đồng",
    "scenario_over_plan": "vượt kế hoạch {plan} đồng",
    "scenario_incomplete": "cần đủ 13 tháng",
    "newer_version": "đã có phiên bản mới hơn",
    "approved_before_earlier": "trước ngày duyệt của phiên bản trước {earliest}",
    "already_taken": "đã dùng cho bản ghi khác (chữ hoa và chữ thường là một)",
    "days_out_of_order": "trước bước {earlier}",
    "day_not_yet": "ngày chưa đến",
    "day_required": "giai đoạn này cần có ngày",
    "reason_required": "cần lý do",
    "period_locked": "số liệu đã khóa đến hết {until}",
    "not_there": "không có mã này, hoặc ngoài phạm vi của tài khoản",
    "own_ancestor": "dự án không thể thuộc chính nó",
    "move_not_allowed": "không chuyển được từ giai đoạn {status} sang {to}",
}


def file_fault(refusal: UnreadableFile) -> str:
    """Say why a file as a whole cannot be read."""
    text = _FILE_FAULTS[refusal.code].format(most=number(refusal.most or 0))
    return text if refusal.row is None else f"{text} (dòng {number(refusal.row)})"


def sentence(error: CellError) -> str:
    """Say what is wrong with one cell or row: where, what, and what stands there."""
    facts = {name: _told(name, value) for name, value in error.facts}
    facts.setdefault("flaw", f"cần {facts['digits']} chữ số" if "digits" in facts else "")
    template = _CELL_FAULTS.get(error.code, error.code)
    place = f"dòng {number(error.row)}" if error.row != HEADER_ROW else "dòng tên cột"
    if error.column:
        place += f", cột {printable(error.column)}"
    value = f" (“{printable(error.value)}”)" if error.value else ""
    return f"{place}{value}: {template.format_map(_Facts(facts)).rstrip(': ')}."


class _Facts(dict[str, str]):
    """Facts by name; one that is not there is left out of the sentence."""

    def __missing__(self, name: str) -> str:
        """Return nothing for a fact that the error does not carry."""
        return ""


def _told(name: str, value: object) -> str:
    if name == "flaw":
        return _FLAWS.get(str(value), str(value))
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return number(value) if isinstance(value, int) else printable(str(value))
