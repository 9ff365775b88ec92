"""The usual kinds of works of each owner, with their sector and class.

Names are made of real places and usual works; they stand for no real project. In a pattern,
`{a}` and `{b}` are communes, `{A}` and `{B}` their short names, `{d}` the district, `{n}` a
number, `{f}` floors and `{r}` rooms.
"""

from typing import NamedTuple


class Work(NamedTuple):
    """A kind of works: how it is named, its sector, its class, its size beside the others."""

    pattern: str
    sector: str
    klass: str
    size: int = 100


ROADS: tuple[tuple[str, str], ...] = (
    ("391", "298"),
    ("392", "296"),
    ("393", "300"),
    ("395", "297"),
    ("396", "299"),
    ("389", "292"),
    ("388", "293"),
    ("398", "290"),
    ("394", "295"),
    ("390", "294"),
    ("397", "288"),
    ("399", "300"),
)
"""Provincial roads and the district in which a section is worked on."""
ROAD = Work("Cải tạo, nâng cấp Đường tỉnh {road} đoạn qua {d}", "10.3", "ii", 220)

PROVINCE_WORKS: dict[str, tuple[Work, ...]] = {
    "board": (
        Work("Cầu {A} và đường dẫn hai đầu cầu, {d}", "10.3", "i", 260),
        Work("Đường nối {a} với {b}, {d}", "10.3", "ii", 240),
        Work("Trung tâm Y tế {d}, hạng mục: nhà khám và điều trị {f} tầng", "5", "iv", 140),
        Work("Trường THPT tại {a}, {d}, hạng mục: nhà lớp học {f} tầng", "3", "iv", 80),
        Work("Tu bổ, nâng cấp tuyến đê qua {a} và {b}, {d}", "10.1", "ii", 130),
        Work("Trạm bơm tiêu {A}, {d}", "10.1", "ii", 120),
        Work("Nạo vét, kiên cố kênh trục tiêu qua {a} và {b}, {d}", "10.1", "ii", 100),
        Work("Hệ thống thu gom và xử lý nước thải {a}, {d}", "9", "iii", 150),
        Work("Trụ sở làm việc liên cơ quan {d}", "11", "iv", 130),
        Work("Cấp nước sạch liên xã {A} - {B}, {d}", "10.6", "ii", 90),
    ),
    "health": (
        Work("Mua sắm thiết bị chẩn đoán cho trung tâm y tế {d}", "5", "iv"),
        Work("Cải tạo khoa hồi sức cấp cứu trung tâm y tế {d}", "5", "iv"),
        Work("Xây dựng 5 trạm y tế xã thuộc {d}", "5", "iv"),
    ),
    "schools": (
        Work("Thiết bị dạy học cho các trường THPT thuộc {d}", "3", "iv"),
        Work("Nhà đa năng trường THPT tại {a}, {d}", "3", "iv"),
        Work("Nhà lớp học bộ môn trường THPT tại {a}, {d}", "3", "iv"),
    ),
    "culture": (
        Work("Tu bổ, tôn tạo đình làng {A}, {d}", "6", "iv"),
        Work("Nhà thi đấu thể thao cụm {d}", "8", "iv"),
    ),
    "police": (
        Work("Trụ sở làm việc công an {a}, {d}", "2", "iv"),
        Work("Hệ thống camera giám sát an ninh trên địa bàn {d}", "2", "iv"),
    ),
    "army": (
        Work("Doanh trại ban chỉ huy quân sự {d}", "1", "iv"),
        Work("Đường hầm và thao trường huấn luyện tại {a}, {d}", "1", "iv"),
    ),
    "industry": (
        Work("Hạ tầng kỹ thuật ngoài hàng rào khu công nghiệp tại {a}, {d}", "10.4", "iii"),
    ),
    "offices": (
        Work("Nền tảng số dùng chung phục vụ điều hành của tỉnh, giai đoạn {n}", "10.10", "iv"),
        Work("Cải tạo hội trường và nhà công vụ cơ quan tỉnh, giai đoạn {n}", "11", "iv"),
    ),
    "irrigation": (
        Work("Kiên cố kênh tưới trạm bơm {A}, {d}", "10.1", "ii"),
        Work("Cải tạo trạm bơm {B}, {d}", "10.1", "ii"),
        Work("Cải tạo cống điều tiết kênh tiêu {a}, {d}", "10.1", "ii"),
    ),
    "hospital": (
        Work("Cải tạo khu điều trị nội trú bệnh viện tỉnh, giai đoạn {n}", "5", "iv"),
        Work("Hệ thống khí y tế bệnh viện tỉnh, giai đoạn {n}", "5", "iv"),
    ),
    "university": (
        Work("Nhà thực hành, thí nghiệm trường đại học của tỉnh, giai đoạn {n}", "3", "iv"),
    ),
}

DISTRICT_WORKS: tuple[Work, ...] = (
    Work("Cải tạo, nâng cấp đường huyện nối {a} với {b}, {d}", "10.3", "ii", 150),
    Work("Đường trục trung tâm {d}, đoạn qua {a}", "10.3", "ii", 190),
    Work("Cầu dân sinh trên kênh thủy lợi giữa {a} và {b}, {d}", "10.3", "i", 90),
    Work("Hạ tầng kỹ thuật khu dân cư mới {a}, {d}", "10.12", "iii", 170),
    Work("Hạ tầng kỹ thuật điểm dân cư trung tâm {a}, {d}", "10.12", "iii", 120),
    Work("Trường THCS trọng điểm tại {a}, {d}: nhà lớp học {r} phòng", "3", "iv", 110),
    Work("Trường Tiểu học tại {a}, {d}: nhà lớp học {r} phòng và nhà hiệu bộ", "3", "iv", 90),
    Work("Trạm bơm {A} phục vụ tưới tiêu liên xã, {d}", "10.1", "ii", 80),
    Work("Kè chống sạt lở kênh trung thủy nông qua {a} và {b}, {d}", "10.1", "ii", 90),
    Work("Nhà văn hóa và thư viện trung tâm {d} tại {a}", "6", "iv", 110),
    Work("Sân vận động và khu thể thao liên xã {A} - {B}, {d}", "8", "iv", 80),
    Work("Cải tạo vỉa hè, thoát nước, chiếu sáng đường qua {a}, {d}", "10.12", "iii", 70),
    Work("Trụ sở làm việc khối đoàn thể {d} tại {a}", "11", "iv", 90),
    Work("Khu tập kết, trung chuyển rác thải liên xã {A} - {B}, {d}", "9", "iii", 60),
    Work("Đường gom vào cụm công nghiệp {A}, {d}", "10.3", "ii", 140),
    Work("Mở rộng nghĩa trang nhân dân liên xã {A} - {B}, {d}", "12", "iii", 50),
)

COMMUNE_WORKS: tuple[Work, ...] = (
    Work("Trường Mầm non {A}, {d}: nhà lớp học {r} phòng", "3", "iv", 130),
    Work("Trường Tiểu học {A}, {d}: nhà lớp học {r} phòng", "3", "iv", 140),
    Work("Trường THCS {A}, {d}: nhà hiệu bộ và phòng học bộ môn", "3", "iv", 150),
    Work("Đường trục {a}, {d}, đoạn từ trụ sở UBND đến trường THCS", "10.3", "ii", 120),
    Work("Đường giao thông nội đồng {a}, {d}, tuyến số {n}", "10.3", "ii", 60),
    Work("Cải tạo trạm y tế {a}, {d}", "5", "iv", 80),
    Work("Kiên cố kênh tưới nội đồng {a}, {d}, giai đoạn {n}", "10.1", "ii", 70),
    Work("Trụ sở Đảng ủy, HĐND và UBND {a}, {d}", "11", "iv", 170),
    Work("Nhà văn hóa khu dân cư số {n}, {a}, {d}", "6", "iv", 50),
    Work("Sân thể thao trung tâm {a}, {d}", "8", "iv", 60),
    Work("Mở rộng nghĩa trang nhân dân {a}, {d}", "12", "iii", 50),
    Work("Tôn tạo nghĩa trang liệt sĩ {a}, {d}", "12", "iv", 40),
    Work("Cầu qua kênh tại {a}, {d}", "10.3", "i", 70),
    Work("Hệ thống thoát nước khu dân cư {a}, {d}", "10.6", "ii", 70),
    Work("Điện chiếu sáng các tuyến đường {a}, {d}", "10.12", "iii", 40),
    Work("Hạ tầng điểm dân cư mới {a}, {d}", "10.12", "iii", 150),
    Work("Cải tạo chợ trung tâm {a}, {d}", "10.5", "iii", 60),
    Work("Bãi tập kết rác thải sinh hoạt {a}, {d}", "9", "iii", 40),
)
