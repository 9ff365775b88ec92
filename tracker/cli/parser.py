"""The arguments of the command, and their help, in Vietnamese."""

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tracker.cli.speech import Exit, complain
from tracker.domain.imports import ImportKind
from tracker.domain.people import Role
from tracker.domain.seals import SealCause

BOUNDARIES = "boundaries"
MOST_SCALE = 100
LARGEST_ID = 2**63 - 1
IMPORT_KINDS = (*(kind.value for kind in ImportKind), BOUNDARIES)

# What argparse says in English, and how it is said here.
_SAYINGS = (
    (r"the following arguments are required: (.+)", r"thiếu {0}"),
    (r"unrecognized arguments: (.+)", r"không hiểu {0}"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"{0}: {1} không có; chọn {2}"),
    (r"argument (.+?): invalid (.+?) value: (.+)", r"{0}: {2} không hợp lệ"),
    (r"argument (.+?): expected one argument", r"{0}: thiếu giá trị"),
    (r"argument (.+?): not allowed with argument (.+)", r"{0} không dùng cùng {1}"),
    (r"argument (.+?): ignored explicit argument (.+)", r"{0} không nhận giá trị {1}"),
    (r"one of the arguments (.+) is required", r"cần một trong {0}"),
    (r"ambiguous option: (.+) could match (.+)", r"{0} chưa rõ: {1}"),
)


class VietnameseParser(argparse.ArgumentParser):
    """An argument parser that explains itself in Vietnamese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **options,
            add_help=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.parameters = self.add_argument_group("Tham số")
        self.choices = self.add_argument_group("Tùy chọn")
        self.choices.add_argument("-h", "--help", action="help", help="hiện hướng dẫn này")

    def format_usage(self) -> str:
        """Return the line of usage."""
        return super().format_usage().replace("usage:", "Cách dùng:", 1)

    def format_help(self) -> str:
        """Return the whole help."""
        return super().format_help().replace("usage:", "Cách dùng:", 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and stop."""
        complain(self.format_usage().rstrip())
        complain(f"Tham số sai: {_in_vietnamese(message)}.")
        self.exit(Exit.DIFFERENCES)


def _in_vietnamese(message: str) -> str:
    for pattern, saying in _SAYINGS:
        if found := re.fullmatch(pattern, message):
            return saying.format(*found.groups())
    return message


def build_parser() -> VietnameseParser:
    """Return the parser of the whole command; `deed` names the sub-command chosen."""
    parser = VietnameseParser(
        prog="tracker",
        description="Theo dõi tiến độ và giải ngân vốn đầu tư công của tỉnh.",
        epilog=(
            "Cài đặt đọc từ các biến TRACKER_* (TRACKER_DATABASE_URL, TRACKER_SECRET_KEY,"
            " TRACKER_HOSTS…).\nBản minh họa giữ dữ liệu trong thư mục var/ (đổi bằng TRACKER_VAR);"
            " khi chưa có cài đặt nào,\ncác lệnh làm việc trên bản ấy.\n"
            "Mỗi lệnh có hướng dẫn riêng: tracker LỆNH --help"
        ),
    )
    commands = parser.add_subparsers(
        title="Lệnh", dest="deed", metavar="LỆNH", required=True, parser_class=VietnameseParser
    )

    def command(name: str, says: str) -> VietnameseParser:
        return commands.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.")

    command("run", "phục vụ theo cài đặt trong môi trường (gunicorn)")
    command("start", "chạy bản minh họa: tự tạo cơ sở dữ liệu, dữ liệu và tài khoản nếu chưa có")
    command("migrate", "đưa cơ sở dữ liệu lên phiên bản này và nạp dữ liệu nền")
    _verify(
        command("verify", "tính lại mọi tổng từ các bút toán; mã thoát: 0 khớp, 2 lệch, 3 hỏng")
    )
    _seal(command("seal", "niêm phong nhật ký: ghi đầu chuỗi đã ký vào thư mục niêm phong"))
    command("backup", "sao lưu, mở bản sao ra kiểm tra, xóa bản cũ theo quy tắc giữ")
    restore = command("restore", "khôi phục một bản sao lưu vào nơi trống rồi kiểm tra")
    restore.parameters.add_argument("file", metavar="TỆP", help="bản sao lưu")
    command("sweep-files", "xóa các tệp gửi dở, không thuộc bản ghi nào, cũ hơn một giờ")
    command("daily", "việc mỗi ngày làm việc: nhắc số liệu chậm, hạn sắp đến, gộp thông báo")
    _letters(command("send-mail", "gửi các thư đang chờ; nhiều tiến trình có thể chạy cùng lúc"))
    command("rebuild", "lập lại các bảng tổng từ sổ giải ngân")
    standings = command(
        "standings", "đánh giá lại mọi dự án của ngày hôm nay; nên chạy ngay sau nửa đêm"
    )
    standings.add_argument(
        "--history",
        action="store_true",
        help="lập lại từ sổ các ngày mỗi dự án bị cờ đỏ trong năm kế hoạch (vài phút)",
    )
    command("matters", "chuyển cấp vướng mắc quá hạn, đo kết quả chỉ đạo; nên chạy mỗi đêm")
    _demo(command("demo", "nạp tỉnh minh họa vào cơ sở dữ liệu trống"))
    _imports(
        command(
            "import",
            "nhập một tệp CSV hoặc địa giới GeoJSON: tất cả hoặc không gì cả (xem docs/imports.md)",
        )
    )
    _users(command("user", "quản lý tài khoản"))
    return parser


def _scale(text: str) -> float:
    scale = float(text)
    if not 0 < scale <= MOST_SCALE:  # no number at all is no scale either
        raise ValueError(text)
    return scale


def _record_number(text: str) -> int:
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(text)
    return number


def _demo(parser: VietnameseParser) -> None:
    parser.choices.add_argument(
        "--seed", type=int, default=2025, metavar="SỐ", help="số gốc của bộ sinh (mặc định 2025)"
    )
    parser.choices.add_argument(
        "--scale",
        type=_scale,
        default=1.0,
        metavar="TỶ LỆ",
        help="quy mô so với bản đầy đủ (mặc định 1; 0.01 để thử nhanh)",
    )


def _verify(parser: VietnameseParser) -> None:
    parser.choices.add_argument(
        "--pages", action="store_true", help="đọc cả tệp SQLite để tìm trang hỏng (chậm hơn)"
    )
    parser.choices.add_argument(
        "--seals", type=Path, metavar="THƯ_MỤC", help="so với niêm phong trong thư mục này"
    )


def _seal(parser: VietnameseParser) -> None:
    parser.choices.add_argument(
        "--cause",
        choices=[cause.value for cause in SealCause],
        default=SealCause.MANUAL.value,
        metavar="CỚ",
        help="hourly, period_lock, period_reopen hoặc manual (mặc định manual)",
    )
    parser.choices.add_argument(
        "--public-key", action="store_true", help="chỉ in khóa công khai, để máy khác kiểm tra"
    )


def _letters(parser: VietnameseParser) -> None:
    parser.choices.add_argument(
        "--unknown", action="store_true", help="chỉ liệt kê các thư không rõ đã đi hay chưa"
    )
    parser.choices.add_argument(
        "--again",
        type=_record_number,
        metavar="SỐ",
        help="cho gửi lại một thư không rõ đã đi hay chưa, theo quyết định của người vận hành",
    )


def _imports(parser: VietnameseParser) -> None:
    parser.parameters.add_argument(
        "kind", metavar="LOẠI", choices=IMPORT_KINDS, help=", ".join(IMPORT_KINDS)
    )
    parser.parameters.add_argument("file", metavar="TỆP", help="tệp CSV hoặc GeoJSON, UTF-8")
    parser.choices.add_argument(
        "--dry-run", action="store_true", help="chỉ kiểm tra và báo cáo, không ghi gì"
    )
    parser.choices.add_argument(
        "--as", dest="username", metavar="TÀI_KHOẢN", help="nhập với quyền của tài khoản này"
    )
    parser.choices.add_argument(
        "--reason",
        metavar="LÝ_DO",
        help="lý do, khi tệp lớn phải chờ người thứ hai duyệt; boundaries: ghi vào nhật ký",
    )
    parser.choices.add_argument(
        "--on",
        type=date.fromisoformat,
        metavar="NGÀY",
        help="boundaries: đơn vị của ngày này, dạng 2025-07-01 (mặc định hôm nay)",
    )
    parser.choices.add_argument(
        "--code", default="code", metavar="TÊN", help="boundaries: thuộc tính chứa mã đơn vị"
    )
    parser.choices.add_argument(
        "--source", metavar="NGUỒN", help="boundaries: nguồn của bản đồ (mặc định tên tệp)"
    )


def _users(parser: VietnameseParser) -> None:
    deeds = parser.add_subparsers(
        title="Việc", dest="user_deed", metavar="VIỆC", required=True, parser_class=VietnameseParser
    )
    add = deeds.add_parser(
        "add",
        help="thêm tài khoản",
        description="Thêm một tài khoản và in đường dẫn dùng một lần để đặt mật khẩu của nó.",
    )
    add.parameters.add_argument("username", metavar="TÀI_KHOẢN", help="tên đăng nhập")
    add.choices.add_argument("--name", required=True, metavar="HỌ_TÊN", help="họ và tên")
    add.choices.add_argument(
        "--role",
        required=True,
        choices=[role.value for role in Role],
        metavar="VAI_TRÒ",
        help=", ".join(role.value for role in Role),
    )
    place = add.choices.add_mutually_exclusive_group()
    place.add_argument("--unit", metavar="MÃ", help="phạm vi: đơn vị hành chính và cấp dưới")
    place.add_argument("--organisation", metavar="MÃ", help="phạm vi: một cơ quan, đơn vị")
    deeds.add_parser("list", help="liệt kê tài khoản", description="Liệt kê các tài khoản.")
    disable = deeds.add_parser("disable", help="khóa tài khoản", description="Khóa một tài khoản.")
    disable.parameters.add_argument("username", metavar="TÀI_KHOẢN", help="tên đăng nhập")
    deeds.add_parser(
        "idle",
        help="khóa các tài khoản lâu không dùng",
        description="Khóa các tài khoản không dùng quá TRACKER_SHUT_AFTER_IDLE_DAYS ngày, trừ"
        " người quản trị cuối cùng; nên chạy mỗi đêm.",
    )
    link = deeds.add_parser(
        "link",
        help="cấp lại đường dẫn đặt mật khẩu",
        description="Bỏ mật khẩu của một tài khoản và in đường dẫn dùng một lần để đặt lại.",
    )
    link.parameters.add_argument("username", metavar="TÀI_KHOẢN", help="tên đăng nhập")
    factors = deeds.add_parser(
        "reset-factors",
        help="bỏ xác thực hai bước",
        description="Bỏ mọi cách xác thực hai bước của một tài khoản, khi người dùng đã mất chúng.",
    )
    factors.parameters.add_argument("username", metavar="TÀI_KHOẢN", help="tên đăng nhập")
