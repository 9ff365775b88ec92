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
_BASES = frozenset(
    {
        _listed("F-01: mức theo dõi của tỉnh"),
        _listed("F-01: mức theo dõi của tỉnh cho dự án khởi công mới"),
        _listed("F-01: sau 31/5 mà chưa giải ngân"),
        _listed("F-02: dung sai so với kịch bản"),
        _listed("F-02: mức theo dõi của tỉnh"),
        _listed("F-05: mức phải đạt đến 30/6 theo thông lệ điều hành của các tỉnh"),
        _listed(
            "F-05: Nghị quyết 230/NQ-CP ngày 10/8/2025 và điều hành năm 2022: 60 phần trăm"
            " đến hết quý III"
        ),
        _listed("F-05: mức theo dõi của tỉnh"),
        _listed("F-05: mục tiêu 95 phần trăm của Chính phủ các năm 2022–2024"),
        _listed("F-06: mức theo dõi của tỉnh"),
        _listed("F-07: mức theo dõi của tỉnh"),
        _listed("F-07: từ 95 phần trăm kế hoạch trở lên, phần còn lại không đáng kể"),
        _listed("F-08: mức theo dõi của tỉnh"),
        _listed("F-11: kịch bản được duyệt trước 31/01"),
        _listed("F-11: hoặc trong 10 ngày từ khi nhận kế hoạch"),
        _listed("F-12: Luật 39/2019/QH14, Điều 52; Luật 58/2024/QH15, Điều 57"),
        _listed("F-29: mức theo dõi của tỉnh"),
        _listed("F-04: tỷ lệ cả nước công bố quá số ngày này thì không còn đem so"),
        _listed("F-09: phân bổ chi tiết trước 31/12 năm trước năm kế hoạch"),
        _listed("F-09: hoặc trong số ngày này từ khi được giao"),
        _listed("F-15: Nghị định 99/2021/NĐ-CP; Nghị định 193/2026/NĐ-CP, Điều 21"),
        _listed("F-15: mức theo dõi của tỉnh"),
        _listed("F-30: số theo phần mềm phải khớp Kho bạc đến từng đồng"),
        _listed("F-36: mức theo dõi của tỉnh"),
        _listed(
            "F-38: tổng mức đầu tư nhỏ hơn mức này và nhỏ hơn kế hoạch năm là nhập sai đơn vị tính"
        ),
        _listed("Thang xử lý: cờ vàng"),
        _listed("Thang xử lý: cờ cam"),
        _listed("Thang xử lý: cờ đỏ"),
        _listed(
            "Luật 39/2019/QH14, Điều 68; Luật 58/2024/QH15, Điều 72: kế hoạch bổ sung sau 30/9"
        ),
        _listed(
            "Luật 39/2019/QH14, Điều 68; Luật 58/2024/QH15, Điều 72: giải ngân đến 31/01 năm sau"
        ),
        _listed("Luật 39/2019/QH14, Điều 68; Luật 58/2024/QH15, Điều 72: đến 31/12 năm sau"),
        _listed("Trung vị lũy kế cả nước cuối tháng 1 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 2 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 3 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 4 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 5 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 6 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 7 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 8 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 9 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 10 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 11 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước cuối tháng 12 của các năm kế hoạch 2022–2025"),
        _listed("Trung vị lũy kế cả nước đến 31/01 năm sau của các năm kế hoạch 2022–2025"),
        _listed("Giảm kế hoạch vốn trên mức này cần người thứ hai duyệt"),
        _listed("Đảo bút toán trên mức này cần người thứ hai duyệt"),
        _listed("Nhập cùng lúc nhiều dòng tiền hơn mức này cần người thứ hai duyệt"),
        _listed("Yêu cầu chờ người thứ hai quá số ngày này thì hết hiệu lực"),
        _listed("F-28: mức theo dõi của tỉnh"),
        _listed("Chỉ đạo: nhắc trước hạn số ngày này"),
        _listed("Chỉ đạo: quá hạn số ngày làm việc này thì báo lãnh đạo cấp trên"),
        _listed("Mốc của dự án: nhắc trước số ngày này"),
        _listed("Cam kết giải ngân: nhắc trước số ngày này"),
        _listed("Chỉ đạo: hạn được điền sẵn khi giao"),
        _listed("Chỉ đạo: số ngày sau hạn thì đo lại kết quả"),
        _listed("Vướng mắc: số ngày của mỗi cấp sau khi chuyển cấp vì quá hạn"),
        _listed("Lọc dự án đã từng đỏ: số ngày gần nhất"),
        _listed("F-17: mức theo dõi của tỉnh"),
        _listed(
            "F-20: Nghị định 99/2021/NĐ-CP, Điều 10; Nghị định 254/2025/NĐ-CP: tạm ứng không"
            " quá 30 phần trăm giá trị hợp đồng"
        ),
        _listed(
            "F-21: Nghị định 99/2021/NĐ-CP, Điều 10: thu hồi hết khi thanh toán đạt 80 phần"
            " trăm giá trị hợp đồng"
        ),
        _listed(
            "F-21: Nghị định 99/2021/NĐ-CP, Điều 10: quá 6 tháng không có khối lượng thì thu hồi"
        ),
        _listed("F-25: mức theo dõi của tỉnh"),
        _listed("Báo tiến độ thi công trước 17 giờ thứ Sáu hằng tuần"),
        _listed("Ảnh hiện trường chụp xa công trường quá mức này thì cảnh báo"),
        _listed("F-14: mức theo dõi của tỉnh (10 điểm)"),
        _listed("F-14: mức theo dõi của tỉnh (20 điểm)"),
        _listed("F-22: tạm ứng giải phóng mặt bằng quá 3 tháng chưa chi trả"),
        _listed("F-32: mức theo dõi của tỉnh (20 điểm)"),
        _listed("Nhắc cập nhật số liệu: số lần nhắc cán bộ trước khi nhắc lãnh đạo đơn vị"),
        _listed(
            "Nhắc cập nhật số liệu: số lần nhắc lãnh đạo đơn vị trước khi báo cơ quan tổng hợp"
        ),
        _listed("Chủ đầu tư hoàn thành số liệu tháng trước ngày này của tháng sau"),
        _listed("Nhắc trước khi hết hạn hoàn thành số liệu tháng"),
        _listed("Nhập đúng hạn: trong số ngày làm việc này sau ngày Kho bạc thanh toán"),
        _listed("Nhập chậm còn được tính: trong số ngày làm việc này"),
        _listed("Chấm điểm cập nhật trên số ngày làm việc gần nhất này"),
        _listed("Trọng số điểm đơn vị: khối lượng giải ngân"),
        _listed("Trọng số điểm đơn vị: sát kế hoạch đã lập"),
        _listed("Trọng số điểm đơn vị: cập nhật số liệu"),
        _listed("Trọng số điểm đơn vị: chất lượng số liệu"),
        _listed("Trọng số điểm đơn vị: thực hiện chỉ đạo"),
    }
)
"""What the thresholds that the product ships with rest on."""

_TERMS = frozenset(
    {
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: lập đề xuất chủ "
            "trương ít nhất 20 ngày, báo cáo tiền khả thi ít nhất 30 ngày"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: thẩm định chủ "
            "trương nhóm A 45, nhóm B và C 30 ngày; phấn đấu 23 và 15"
        ),
        _listed("Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương"),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: thẩm định 20, "
            "duyệt 10 ngày; phấn đấu 07 và 03"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: đấu thầu từ 47 "
            "ngày; chỉ định thầu thường 30–45 ngày"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: nhóm A ít nhất "
            "80, nhóm B và C ít nhất 60 ngày"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: nhiệm vụ 1 "
            "tháng, đồ án 6 tháng, thẩm định 15 ngày (phấn đấu 10)"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: phấn đấu 60 ngày"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: nhóm A 40, B 30, "
            "C 20 ngày; phấn đấu 35, 25, 17"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: nhóm A 7, nhóm B "
            "và C 5 ngày"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: công trình cấp I "
            "và đặc biệt 40, cấp II và III 30, còn lại 20 ngày; phấn đấu 30, 20, 15 (tính theo "
            "nhóm A, B, C)"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: thông báo thu "
            "hồi đất phi nông nghiệp trước 180 ngày, đất nông nghiệp trước 90 ngày"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: thông báo khởi "
            "công trước ít nhất 3 ngày làm việc"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: kiểm tra công "
            "tác nghiệm thu công trình cấp I và đặc biệt 30, còn lại 20 ngày; phấn đấu 25, 15 "
            "(tính theo nhóm A và các nhóm khác)"
        ),
        _listed(
            "Sổ tay quy trình thực hiện dự án đầu tư công của tỉnh Hải Dương: nộp hồ sơ quyết "
            "toán trong 9 tháng (quan trọng quốc gia, A), 6 tháng (B), 4 tháng (C)"
        ),
    }
)
"""What the terms of milestones rest on."""

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
        _listed("Thu tiền sử dụng đất của khu dân cư chưa đạt dự toán"),
        _listed("Tạm dừng thanh toán đến khi có kết luận kiểm toán"),
        _listed("Chờ quyết định điều chỉnh quy mô dự án"),
        _listed("Sao kê Kho bạc quý I/2025"),
    }
)
"""Elsewhere somebody may have typed these."""


def known_words(text: str | None) -> str:
    """Return a stored text in the reader's language when the product wrote it; else as it is."""
    if not text:
        return ""
    is_ours = text in _ALWAYS | _BASES | _TERMS or (
        text in _IN_THE_DEMONSTRATION and current_app.config["IS_DEMONSTRATION"]
    )
    return gettext(text) if is_ours else text


def init_app(app: Flask) -> None:
    """Give templates the words as a filter."""
    app.jinja_env.filters["known_words"] = known_words
