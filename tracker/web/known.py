"""The words that the product itself writes into the database, in the reader's language.

They are stored in Vietnamese, as a person would have typed them: the names of the capital
sources it ships with, its own account, and the notes of imports and of the demonstration. What a
person typed stays as typed.
"""

from flask import Flask, current_app
from flask_babel import gettext


def _listed(text: str) -> str:
    """Return the text; the catalogue takes it in because it stands here."""
    return text


_ALWAYS = frozenset(
    {
        _listed("Vốn ngân sách trung ương"),
        _listed("Vốn trong nước"),
        _listed("Bổ sung có mục tiêu theo ngành, lĩnh vực"),
        _listed("Chương trình mục tiêu quốc gia"),
        _listed("Chương trình phục hồi và phát triển kinh tế - xã hội"),
        _listed("Tăng thu, tiết kiệm chi và dự phòng ngân sách trung ương"),
        _listed("Vốn nước ngoài (ODA, vay ưu đãi) ngân sách trung ương cấp phát"),
        _listed("Vốn ngân sách địa phương"),
        _listed("Xây dựng cơ bản tập trung"),
        _listed("Thu tiền sử dụng đất"),
        _listed("Xổ số kiến thiết"),
        _listed("Bội chi ngân sách địa phương (vay lại ODA, trái phiếu chính quyền địa phương)"),
        _listed("Tăng thu, tiết kiệm chi, kết dư và dự phòng ngân sách địa phương"),
        _listed("Nguồn thu hợp pháp để lại đầu tư, đóng góp của doanh nghiệp và nhân dân"),
        _listed("Vốn khác ngoài kế hoạch đầu tư công"),
        _listed("Hệ thống"),
        _listed("Nhập từ tệp dữ liệu"),
    }
)
_IN_THE_DEMONSTRATION = frozenset(
    {
        _listed("Số liệu mô phỏng"),
        _listed("Giao đầu năm"),
        _listed("Giao đầu năm, đợt 1"),
        _listed("Giao đầu năm, đợt 2"),
        _listed("Bổ sung đợt 1"),
        _listed("Bổ sung đợt 2"),
        _listed("Bổ sung đợt 3"),
        _listed("Bổ sung đợt 4"),
        _listed("Bổ sung đợt 5"),
        _listed("Điều chỉnh đợt 1"),
        _listed("Điều chỉnh đợt 2"),
        _listed("Điều chuyển đợt 1"),
        _listed("Nhập nhầm số tiền"),
        _listed("Nhập trùng chứng từ"),
        _listed("Nhập nhầm dự án"),
        _listed("Điều chỉnh quy mô"),
        _listed("Biến động giá vật liệu"),
        _listed("Bổ sung hạng mục"),
        _listed("Quy chế chi tiêu nội bộ của UBND xã"),
        _listed("Chủ tịch UBND tỉnh"),
        _listed("Đào, đắp nền"),
        _listed("Xây thô phần thân"),
        _listed("Hoàn thiện, lắp đặt thiết bị"),
        _listed("Chưa thống nhất giá bồi thường"),
        _listed("Chưa có đất tái định cư"),
        _listed("Đoạn đầu tuyến"),
        _listed("Đoạn giữa tuyến"),
        _listed("Đoạn cuối tuyến"),
        _listed("Trung tâm Phát triển quỹ đất"),
    }
)
"""Elsewhere somebody may have typed these."""


def known_words(text: str | None) -> str:
    """Return a stored text in the reader's language when the product wrote it; else as it is."""
    if not text:
        return ""
    is_ours = text in _ALWAYS or (
        text in _IN_THE_DEMONSTRATION and current_app.config["IS_DEMONSTRATION"]
    )
    return gettext(text) if is_ours else text


def init_app(app: Flask) -> None:
    """Give templates the words as a filter."""
    app.jinja_env.filters["known_words"] = known_words
