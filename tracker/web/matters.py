"""Difficulties and directives in words, the same on every screen that tells of one."""

from collections.abc import Callable

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.domain.difficulties import Cause, CauseGroup, DifficultyStep, Gravity, Level
from tracker.domain.directives import (
    About,
    DirectiveForm,
    DirectiveStanding,
    DirectiveState,
    DirectiveStep,
    Moment,
    Side,
)
from tracker.queries.difficulties import Inbox
from tracker.queries.directive_parts import Asks, Whose
from tracker.web.speech import named


@named
def cause_group_words(group: CauseGroup) -> str:
    """Return the official name of a group of causes."""
    return {
        CauseGroup.PROCEDURE: _("Thủ tục đầu tư"),
        CauseGroup.LAND_CLEARANCE: _("Giải phóng mặt bằng"),
        CauseGroup.CAPACITY: _("Năng lực chủ đầu tư, Ban QLDA, nhà thầu"),
        CauseGroup.CAPITAL: _("Bố trí vốn không kịp thời"),
        CauseGroup.OTHER: _("Nguyên nhân khác"),
    }[group]


@named
def cause_words(cause: Cause) -> str:
    """Return the name of a cause."""
    return {
        Cause.PLANNING: _("Quy hoạch, đất lúa, đất rừng"),
        Cause.APPRAISAL: _("Thẩm định thiết kế, phòng cháy, môi trường"),
        Cause.ADJUSTMENT: _("Điều chỉnh chủ trương, tổng mức đầu tư"),
        Cause.PROCUREMENT: _("Đấu thầu không chọn được nhà thầu"),
        Cause.LAND_PRICE: _("Giá đất"),
        Cause.LAND_ORIGIN: _("Nguồn gốc đất"),
        Cause.RESETTLEMENT: _("Tái định cư"),
        Cause.UTILITIES: _("Di chuyển hạ tầng kỹ thuật"),
        Cause.OWNER_CAPACITY: _("Năng lực chủ đầu tư, Ban QLDA"),
        Cause.CONTRACTOR_CAPACITY: _("Năng lực nhà thầu"),
        Cause.COMMUNE_STAFF: _("Nhân lực cấp xã"),
        Cause.LATE_ALLOCATION: _("Bố trí vốn chậm"),
        Cause.LAND_FEE_SHORTFALL: _("Hụt thu tiền sử dụng đất"),
        Cause.MATERIALS: _("Vật liệu: cát, đất đắp"),
        Cause.PRICES: _("Biến động giá"),
        Cause.TREASURY_RETURNED: _("Hồ sơ Kho bạc trả lại"),
        Cause.HAND_OVER: _("Chuyển giao chủ đầu tư sau sắp xếp"),
        Cause.WEATHER: _("Thời tiết"),
        Cause.OTHER: _("Khác"),
    }[cause]


@named
def level_words(level: Level) -> str:
    """Return the name of a level that can solve a difficulty."""
    return {
        Level.OWNER: _("Chủ đầu tư"),
        Level.LOCAL: _("UBND huyện, xã"),
        Level.DEPARTMENT: _("Sở, ngành"),
        Level.PROVINCE: _("UBND tỉnh"),
        Level.CENTRAL: _("Trung ương"),
    }[level]


@named
def gravity_words(gravity: Gravity) -> str:
    """Return how grave a difficulty is."""
    return {
        Gravity.LOW: _("Thấp"),
        Gravity.MEDIUM: _("Trung bình"),
        Gravity.HIGH: _("Cao"),
        Gravity.URGENT: _("Khẩn"),
    }[gravity]


@named
def difficulty_step_words(step: DifficultyStep) -> str:
    """Return what was done about a difficulty."""
    return {
        DifficultyStep.RAISED: _("Nêu vướng mắc"),
        DifficultyStep.AMENDED: _("Sửa nội dung vướng mắc"),
        DifficultyStep.REPLIED: _("Phản hồi"),
        DifficultyStep.ESCALATED: _("Chuyển cấp giải quyết"),
        DifficultyStep.CLOSED: _("Đóng vướng mắc"),
    }[step]


@named
def directive_form_words(form: DirectiveForm) -> str:
    """Return the name of the form in which the word was given."""
    return {
        DirectiveForm.REMARK: _("Ý kiến trên màn hình"),
        DirectiveForm.MEETING: _("Ý kiến tại cuộc họp"),
        DirectiveForm.CONCLUSION: _("Thông báo kết luận"),
        DirectiveForm.OFFICIAL_LETTER: _("Công văn"),
        DirectiveForm.TELEGRAM: _("Công điện"),
    }[form]


@named
def directive_standing_words(standing: DirectiveStanding) -> str:
    """Return how far a directive is."""
    return {
        DirectiveStanding.NOT_BEGUN: _("Chưa thực hiện"),
        DirectiveStanding.IN_PROGRESS: _("Đang thực hiện"),
        DirectiveStanding.WAITING: _("Đang chờ"),
        DirectiveStanding.OVERDUE: _("Quá hạn"),
        DirectiveStanding.DONE_IN_TIME: _("Hoàn thành đúng hạn"),
        DirectiveStanding.DONE_LATE: _("Hoàn thành quá hạn"),
    }[standing]


@named
def directive_step_words(step: DirectiveStep) -> str:
    """Return what was done about a directive."""
    return {
        DirectiveStep.ISSUED: _("Giao chỉ đạo"),
        DirectiveStep.REPLIED: _("Phản hồi"),
        DirectiveStep.REPORTED: _("Báo cáo đã hoàn thành"),
        DirectiveStep.REMARKED: _("Ý kiến của người chỉ đạo"),
        DirectiveStep.EXTENSION_ASKED: _("Đề nghị gia hạn"),
        DirectiveStep.EXTENSION_GRANTED: _("Đồng ý gia hạn"),
        DirectiveStep.EXTENSION_REFUSED: _("Không đồng ý gia hạn"),
        DirectiveStep.CLOSED: _("Kết thúc chỉ đạo"),
    }[step]


@named
def moment_words(moment: Moment) -> str:
    """Return when the figures of a directive are measured."""
    return {
        Moment.BASELINE: _("Khi giao"),
        Moment.DEADLINE: _("Đến hạn"),
        Moment.AFTER: _("Sau hạn"),
    }[moment]


@named
def inbox_words(inbox: Inbox) -> str:
    """Return the name of a part of the inbox."""
    return {
        Inbox.MINE: _("Chờ tôi"),
        Inbox.UNIT: _("Đơn vị tôi"),
        Inbox.OVERDUE: _("Quá hạn"),
        Inbox.ALL: _("Tất cả"),
    }[inbox]


@named
def whose_words(whose: Whose) -> str:
    """Return what a directive is to the person who looks."""
    return {
        Whose.ISSUED: _("Tôi đã giao"),
        Whose.ADDRESSED: _("Giao cho tôi, đơn vị tôi"),
        Whose.OTHERS: _("Trong phạm vi của tôi"),
    }[whose]


@named
def asks_words(asks: Asks) -> str:
    """Return what a directive asks of whoever issued it."""
    return {
        Asks.EXTENSION: _("Xin gia hạn"),
        Asks.CLOSING: _("Đã báo hoàn thành"),
    }[asks]


STANDING_BADGES = {
    DirectiveStanding.NOT_BEGUN: "unknown",
    DirectiveStanding.IN_PROGRESS: "ahead",
    DirectiveStanding.WAITING: "unknown",
    DirectiveStanding.OVERDUE: "at_risk",
    DirectiveStanding.DONE_IN_TIME: "on_track",
    DirectiveStanding.DONE_LATE: "slow",
}
"""The state of `ui.badge` for how far a directive is."""
GRAVITY_MARKS = {Gravity.LOW: 1, Gravity.MEDIUM: 2, Gravity.HIGH: 3, Gravity.URGENT: 4}
"""The severity whose shape and colour a gravity is shown with."""

MATTER_DEEDS = {
    "difficulty.raised": lazy_gettext("Nêu vướng mắc"),
    "difficulty.amended": lazy_gettext("Sửa nội dung vướng mắc"),
    "difficulty.replied": lazy_gettext("Phản hồi vướng mắc"),
    "difficulty.escalated": lazy_gettext("Chuyển vướng mắc lên cấp trên"),
    "difficulty.closed": lazy_gettext("Đóng vướng mắc"),
    "directive.issued": lazy_gettext("Giao chỉ đạo"),
    "directive.replied": lazy_gettext("Phản hồi chỉ đạo"),
    "directive.file_attached": lazy_gettext("Gửi tệp minh chứng của chỉ đạo"),
    "directive.remarked": lazy_gettext("Ý kiến của người chỉ đạo"),
    "directive.extension_asked": lazy_gettext("Đề nghị gia hạn chỉ đạo"),
    "directive.extension_granted": lazy_gettext("Đồng ý gia hạn chỉ đạo"),
    "directive.extension_refused": lazy_gettext("Không đồng ý gia hạn chỉ đạo"),
    "directive.closed": lazy_gettext("Kết thúc chỉ đạo"),
    "directive.measured": lazy_gettext("Đo kết quả của chỉ đạo"),
}
"""What the history calls these deeds."""
MATTER_FIELDS = {
    "cause": lazy_gettext("Nguyên nhân"),
    "description": lazy_gettext("Mô tả"),
    "arose_on": lazy_gettext("Ngày phát sinh"),
    "gravity": lazy_gettext("Mức độ"),
    "capital_at_stake": lazy_gettext("Số vốn ảnh hưởng"),
    "days_of_delay": lazy_gettext("Số ngày chậm"),
    "responsible_organisation": lazy_gettext("Đơn vị chịu trách nhiệm"),
    "responsible_person": lazy_gettext("Người chịu trách nhiệm"),
    "due_on": lazy_gettext("Hạn xử lý"),
    "proposal": lazy_gettext("Đề xuất"),
    "first_level": lazy_gettext("Cấp nêu"),
    "level": lazy_gettext("Cấp giải quyết"),
    "level_until_on": lazy_gettext("Cấp này giải quyết đến"),
    "raised_on": lazy_gettext("Ngày nêu"),
    "closed_on": lazy_gettext("Ngày đóng"),
    "result": lazy_gettext("Kết quả"),
    "evidence": lazy_gettext("Minh chứng"),
    "words": lazy_gettext("Nội dung"),
    "about": lazy_gettext("Về"),
    "form": lazy_gettext("Hình thức"),
    "document_on": lazy_gettext("Ngày văn bản"),
    "content": lazy_gettext("Nội dung chỉ đạo"),
    "product": lazy_gettext("Sản phẩm"),
    "asked_due_on": lazy_gettext("Hạn xin gia hạn"),
    "last_reply_on": lazy_gettext("Phản hồi gần nhất"),
    "side": lazy_gettext("Đang chờ bên"),
    "moment": lazy_gettext("Thời điểm đo"),
    "gap": lazy_gettext("Chênh lệch"),
    "plan": lazy_gettext("Kế hoạch"),
    "flags": lazy_gettext("Số cờ"),
}
"""What the history calls the fields of these records."""
MATTER_MONEY = frozenset({"capital_at_stake", "gap", "plan"})


@named
def about_words(about: About) -> str:
    """Return what kind of thing a directive is about."""
    return {
        About.PROJECT: _("Một dự án"),
        About.FLAG: _("Một cờ cảnh báo"),
        About.ORGANISATION: _("Một chủ đầu tư"),
        About.UNIT: _("Một địa bàn"),
        About.LIST: _("Một danh sách dự án"),
    }[about]


@named
def side_words(side: Side) -> str:
    """Return who has to do the next thing about a directive."""
    return {
        Side.ADDRESSEE: _("đơn vị thực hiện"),
        Side.ISSUER: _("người chỉ đạo"),
    }[side]


def directive_state_words(state: DirectiveState) -> str:
    """Return a stored state of a directive; whether it was in time is said by the days."""
    if state is DirectiveState.DONE:
        return _("Đã kết thúc")
    return directive_standing_words(DirectiveStanding(state.value))


MATTER_CODES: dict[tuple[str, str], Callable[[str], str]] = {
    ("difficulty", "cause"): lambda code: cause_words(Cause(code)),
    ("difficulty", "gravity"): lambda code: gravity_words(Gravity(code)),
    ("difficulty", "level"): lambda code: level_words(Level(code)),
    ("difficulty", "first_level"): lambda code: level_words(Level(code)),
    ("directive", "form"): lambda code: directive_form_words(DirectiveForm(code)),
    ("directive", "state"): lambda code: directive_state_words(DirectiveState(code)),
    ("directive", "about"): lambda code: about_words(About(code)),
    ("directive", "side"): lambda code: side_words(Side(code)),
    ("directive", "moment"): lambda code: moment_words(Moment(code)),
}
"""How codes in the history of these records are read, by subject and field."""


def init_app(app: Flask) -> None:
    """Give templates the words of codes as filters."""
    words = (cause_words, cause_group_words, level_words, gravity_words, directive_form_words)
    app.jinja_env.filters.update({one.__name__: one for one in words})
