"""What notices say: one sentence each, the same in the inbox and in a letter."""

from collections.abc import Callable, Mapping
from typing import Any

from tracker.domain.milestones import MilestoneCode
from tracker.domain.notices import NoticeKind
from tracker.domain.periods import Strength
from tracker.domain.projects import Tier
from tracker.domain.requests import RequestKind, RequestState
from tracker.mail.milestones import milestone_words
from tracker.mail.tongue import Tongue

Facts = Mapping[str, Any]
_K = NoticeKind


def kind_words(kind: NoticeKind, tongue: Tongue) -> str:
    """Return what a kind of notice is about; it names nobody and no figure."""
    _ = tongue.say
    return {
        _K.ENTRY_WAITING: _("Bút toán chờ duyệt"),
        _K.ENTRY_RETURNED: _("Bút toán bị trả lại"),
        _K.REQUEST_WAITING: _("Đề nghị chờ người thứ hai"),
        _K.REQUEST_DECIDED: _("Đề nghị đã được quyết định"),
        _K.PERIOD_LOCKED: _("Kỳ số liệu đã khóa"),
        _K.PERIOD_REOPENED: _("Kỳ số liệu được mở lại"),
        _K.PERIOD_NEAR: _("Sắp hết hạn hoàn thành số liệu tháng"),
        _K.DEADLINE_NEAR: _("Sắp hết hạn giải ngân"),
        _K.MILESTONE_NEAR: _("Mốc của dự án sắp đến ngày"),
        _K.MILESTONE_OVERDUE: _("Mốc của dự án đã quá ngày"),
        _K.PLEDGE_NEAR: _("Cam kết giải ngân sắp đến ngày"),
        _K.PLEDGE_BROKEN: _("Cam kết giải ngân không giữ được"),
        _K.STALE: _("Chưa cập nhật số liệu"),
        _K.STALE_ESCALATED: _("Đã nhắc nhiều lần, chưa cập nhật số liệu"),
        _K.DIFFICULTY_RAISED: _("Vướng mắc mới"),
        _K.DIFFICULTY_OVERDUE: _("Vướng mắc quá hạn xử lý"),
        _K.DIFFICULTY_CLOSED: _("Vướng mắc đã được tháo gỡ"),
        _K.DIRECTIVE_ISSUED: _("Chỉ đạo mới"),
        _K.DIRECTIVE_REPLIED: _("Chỉ đạo có phản hồi"),
        _K.DIRECTIVE_EXTENSION_ASKED: _("Xin gia hạn chỉ đạo"),
        _K.DIRECTIVE_EXTENSION_GRANTED: _("Chỉ đạo được gia hạn"),
        _K.DIRECTIVE_NEAR: _("Chỉ đạo sắp đến hạn"),
        _K.DIRECTIVE_OVERDUE: _("Chỉ đạo quá hạn"),
        _K.DIRECTIVE_ESCALATED: _("Chỉ đạo quá hạn, báo cấp trên"),
        _K.DIRECTIVE_CLOSED: _("Chỉ đạo đã hoàn thành"),
    }[kind]


def sentence(kind: NoticeKind, facts: Facts, tongue: Tongue) -> str:
    """Return the whole sentence of a notice."""
    return _SENTENCES.get(kind, _followed)(facts, tongue)


def _place(facts: Facts, tongue: Tongue) -> str:
    """Return what projects a notice is about."""
    _ = tongue.say
    if "code" in facts:
        return _("dự án %(code)s %(project)s", code=facts["code"], project=facts["project"])
    return str(facts.get("owner") or facts.get("unit") or _("toàn tỉnh"))


def _waiting(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    return _(
        "Số bút toán chờ anh/chị duyệt của %(place)s: %(entries)s.",
        place=_place(facts, tongue),
        entries=tongue.number(facts["entries"]),
    )


def _returned(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    return _(
        "Số bút toán bị trả lại của %(place)s, ngày %(day)s: %(entries)s. Lý do: %(reason)s",
        place=_place(facts, tongue),
        day=tongue.day_of(facts["day"]),
        entries=tongue.number(facts["entries"]),
        reason=facts["reason"],
    )


def _request(facts: Facts, tongue: Tongue) -> str:
    """Return what was asked for."""
    _ = tongue.say
    return {
        RequestKind.REOPEN_PERIOD: _("Mở lại kỳ đã khóa"),
        RequestKind.LOWER_PLAN: _("Giảm kế hoạch vốn"),
        RequestKind.TRANSFER_PLAN: _("Điều chuyển kế hoạch vốn"),
        RequestKind.REVERSE_DISBURSEMENT: _("Đảo bút toán giải ngân"),
        RequestKind.RECORD_MANY: _("Ghi nhiều khoản hoặc khoản giảm lớn"),
        RequestKind.IMPORT_ROWS: _("Nhập số liệu từ tệp"),
        RequestKind.GRANT_ROLE: _("Cấp vai trò quản trị hoặc lãnh đạo"),
    }[RequestKind(facts["request"])]


def _asked(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    what, who = _request(facts, tongue), facts["asker"]
    return _("%(who)s đề nghị và chờ một người khác duyệt: %(what)s.", who=who, what=what)


def _decided(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    what, who = _request(facts, tongue), facts["decider"]
    if RequestState(facts["state"]) is RequestState.APPROVED:
        return _("%(who)s đã duyệt, việc đã được thực hiện: %(what)s.", who=who, what=what)
    return _("%(who)s không duyệt: %(what)s.", who=who, what=what)


def _lock_place(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    if facts["tier"] is not None:
        return {
            Tier.PROVINCE: _("dự án cấp tỉnh"),
            Tier.DISTRICT: _("dự án cấp huyện"),
            Tier.COMMUNE: _("dự án cấp xã"),
        }[Tier(facts["tier"])]
    return str(facts["owner"] or _("toàn tỉnh"))


def _locked(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    firm = Strength(facts["strength"]) is Strength.HARD
    told = {
        "year": facts["year"],
        "until": tongue.day_of(facts["until"]),
        "place": _lock_place(facts, tongue),
    }
    if firm:
        return _("Đã khóa cứng số liệu kế hoạch %(year)s đến hết %(until)s, %(place)s.", **told)
    return _("Đã khóa mềm số liệu kế hoạch %(year)s đến hết %(until)s, %(place)s.", **told)


def _reopened(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    return _(
        "Đã mở lại số liệu kế hoạch %(year)s đến hết %(until)s, %(place)s.",
        year=facts["year"],
        until=tongue.day_of(facts["until"]),
        place=_lock_place(facts, tongue),
    )


def _closing(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    return _(
        "Số liệu đến hết %(until)s cần hoàn thành trước khi hết ngày %(by)s; "
        "sau đó kỳ có thể bị khóa.",
        until=tongue.day_of(facts["until"]),
        by=tongue.day_of(facts["by"]),
    )


def _deadline(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told = {
        "place": _place(facts, tongue),
        "projects": tongue.number(facts["projects"]),
        "deadline": tongue.day_of(facts["first_deadline"]),
        "days": tongue.number(facts["first_days"]),
    }
    if "code" in facts:
        return _("Hết hạn giải ngân %(deadline)s, còn %(days)s ngày: %(place)s.", **told)
    return _(
        "Hết hạn giải ngân %(deadline)s, còn %(days)s ngày. "
        "Số dự án còn vốn của %(place)s: %(projects)s.",
        **told,
    )


def _dated(facts: Facts, tongue: Tongue) -> dict[str, str]:
    """Return what is said of days; the only project is named, whoever hears of it."""
    only = {"code": facts["some_codes"][0], "project": facts["title"]} if _is_one(facts) else {}
    return {
        "place": _place({**facts, **only}, tongue),
        "projects": tongue.number(facts["projects"]),
        "items": tongue.number(facts["items"]),
        "due": tongue.day_of(facts["first_due"]),
        "codes": ", ".join(facts["some_codes"]),
    }


def _is_one(facts: Facts) -> bool:
    return bool(facts["projects"] == 1)


def _milestone(facts: Facts, tongue: Tongue) -> str:
    """Name the milestone of one project that is near or overdue."""
    code = facts.get("milestone")
    return milestone_words(MilestoneCode(code), tongue) if code else ""


def _milestone_near(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told, named = _dated(facts, tongue), _milestone(facts, tongue)
    if named:
        return _("%(milestone)s: kế hoạch %(due)s, %(place)s.", milestone=named, **told)
    if _is_one(facts):
        return _("Số mốc sắp đến ngày của %(place)s: %(items)s, sớm nhất %(due)s.", **told)
    return _(
        "Số mốc sắp đến ngày của %(place)s: %(items)s, sớm nhất %(due)s. "
        "Số dự án: %(projects)s (%(codes)s).",
        **told,
    )


def _milestone_overdue(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told, named = _dated(facts, tongue), _milestone(facts, tongue)
    if named:
        return _(
            "%(milestone)s: kế hoạch %(due)s đã qua mà chưa ghi là xong, %(place)s.",
            milestone=named,
            **told,
        )
    if _is_one(facts):
        return _("Số mốc đã quá ngày của %(place)s: %(items)s, sớm nhất %(due)s.", **told)
    return _(
        "Số mốc đã quá ngày của %(place)s: %(items)s, sớm nhất %(due)s. "
        "Số dự án: %(projects)s (%(codes)s).",
        **told,
    )


def _pledge_near(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told = {**_dated(facts, tongue), "missing": tongue.number(facts["missing"])}
    if _is_one(facts):
        return _("Cam kết đến hết ngày %(due)s còn thiếu %(missing)s đồng: %(place)s.", **told)
    return _(
        "Số dự án có cam kết sắp đến ngày của %(place)s: %(projects)s (%(codes)s), "
        "sớm nhất %(due)s, còn thiếu %(missing)s đồng.",
        **told,
    )


def _pledge_broken(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told = {**_dated(facts, tongue), "missing": tongue.number(facts["missing"])}
    if _is_one(facts):
        return _("Cam kết đến hết ngày %(due)s đã thiếu %(missing)s đồng: %(place)s.", **told)
    return _(
        "Số dự án không giữ được cam kết của %(place)s: %(projects)s (%(codes)s), "
        "thiếu %(missing)s đồng.",
        **told,
    )


def _reminded(facts: Facts, tongue: Tongue) -> dict[str, str]:
    return {
        "place": _place(facts, tongue),
        "projects": tongue.number(facts["projects"]),
        "since": tongue.day_of(facts["first_since"]),
        "times": tongue.number(facts["most_times"]),
    }


def _stale(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told = _reminded(facts, tongue)
    if "code" in facts:
        return _(
            "Chưa cập nhật số liệu từ %(since)s, nhắc lần %(times)s: %(place)s. "
            "Hãy nhập giải ngân hoặc ghi không phát sinh.",
            **told,
        )
    return _(
        "Số dự án chưa cập nhật của %(place)s: %(projects)s; lâu nhất từ %(since)s, "
        "nhắc lần %(times)s. Hãy nhập giải ngân hoặc ghi không phát sinh.",
        **told,
    )


def _escalated(facts: Facts, tongue: Tongue) -> str:
    _ = tongue.say
    told = _reminded(facts, tongue)
    if "code" in facts:
        return _("Đã nhắc %(times)s lần mà chưa cập nhật số liệu từ %(since)s: %(place)s.", **told)
    return _(
        "Số dự án đã được nhắc mà chưa cập nhật của %(place)s: %(projects)s; "
        "lâu nhất từ %(since)s, đã nhắc %(times)s lần.",
        **told,
    )


def _followed(facts: Facts, tongue: Tongue) -> str:
    """Say what a difficulty or a directive is called, who did something about it, until when."""
    _ = tongue.say
    told = {"title": facts.get("title", "").rstrip(" ."), "who": facts.get("who", "")}
    due = facts.get("due")
    if due and told["who"]:
        return _("%(title)s – %(who)s; hạn %(due)s.", due=tongue.day_of(due), **told)
    if due:
        return _("%(title)s; hạn %(due)s.", due=tongue.day_of(due), title=told["title"])
    if told["who"]:
        return _("%(title)s – %(who)s.", **told)
    return _("%(title)s.", title=told["title"])


_SENTENCES: dict[NoticeKind, Callable[[Facts, Tongue], str]] = {
    _K.ENTRY_WAITING: _waiting,
    _K.ENTRY_RETURNED: _returned,
    _K.REQUEST_WAITING: _asked,
    _K.REQUEST_DECIDED: _decided,
    _K.PERIOD_LOCKED: _locked,
    _K.PERIOD_REOPENED: _reopened,
    _K.PERIOD_NEAR: _closing,
    _K.DEADLINE_NEAR: _deadline,
    _K.MILESTONE_NEAR: _milestone_near,
    _K.MILESTONE_OVERDUE: _milestone_overdue,
    _K.PLEDGE_NEAR: _pledge_near,
    _K.PLEDGE_BROKEN: _pledge_broken,
    _K.STALE: _stale,
    _K.STALE_ESCALATED: _escalated,
}
