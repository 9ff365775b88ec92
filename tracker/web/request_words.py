"""Requests in words: what is asked for, and what was before and will be after."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.domain.imports import ImportKind
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.periods import Period, Strength
from tracker.domain.projects import Tier
from tracker.domain.requests import RequestKind, RequestState
from tracker.queries.requests import RequestRow
from tracker.web.formats import day, dong, number
from tracker.web.locking import place_words, strength_words
from tracker.web.words import role_words

Facts = Mapping[str, Any]
Line = tuple[str, str, str]
"""What changes, what it is before, what it will be after."""


def kind_words(kind: RequestKind) -> str:
    """Return what a kind of request asks for."""
    return {
        RequestKind.REOPEN_PERIOD: _("Mở lại kỳ đã khóa"),
        RequestKind.LOWER_PLAN: _("Giảm kế hoạch vốn"),
        RequestKind.TRANSFER_PLAN: _("Điều chuyển kế hoạch vốn"),
        RequestKind.REVERSE_DISBURSEMENT: _("Đảo bút toán giải ngân"),
        RequestKind.RECORD_MANY: _("Ghi nhiều khoản hoặc khoản giảm lớn"),
        RequestKind.IMPORT_ROWS: _("Nhập số liệu từ tệp"),
        RequestKind.GRANT_ROLE: _("Cấp vai trò quản trị hoặc lãnh đạo"),
    }[kind]


def state_words(state: RequestState) -> str:
    """Return how a request stands."""
    return {
        RequestState.WAITING: _("Đang chờ"),
        RequestState.APPROVED: _("Đã duyệt, đã thực hiện"),
        RequestState.REFUSED: _("Không duyệt"),
        RequestState.WITHDRAWN: _("Đã rút"),
        RequestState.EXPIRED: _("Hết hạn chờ"),
    }[state]


def changes(row: RequestRow) -> list[Line]:
    """List what the deed changes, each before and after."""
    return _CHANGES[row.kind](row.before, row.after)


def subject_words(row: RequestRow) -> str:
    """Return what a request is about, in a line."""
    told = changes(row)
    if len(told) > 1:
        return _("%(what)s và %(count)s mục khác", what=told[0][0], count=number(len(told) - 1))
    return told[0][0] if told else kind_words(row.kind)


def _period(before: Facts, _after: Facts) -> list[Line]:
    tier = Tier(before["tier"]) if before["tier"] else None
    what = _(
        "Số liệu kế hoạch %(year)s đến hết %(until)s, %(place)s",
        year=before["year"],
        until=day(Period(before["year"], before["month"]).until_on),
        place=place_words(tier, before["organisation"]),
    )
    return [(what, strength_words(Strength(before["strength"])), _("mở"))]


def _plan(before: Facts, after: Facts) -> list[Line]:
    return [
        (
            _(
                "Kế hoạch %(year)s của %(code)s %(name)s, %(source)s",
                year=old["year"],
                code=old["code"],
                name=old["name"],
                source=old["source"],
            ),
            dong(Dong(old["planned"])),
            dong(Dong(new["planned"])),
        )
        for old, new in zip(before["lines"], after["lines"], strict=True)
    ]


def _entry(before: Facts, after: Facts) -> list[Line]:
    what = _(
        "Chứng từ %(voucher)s ngày %(day)s của %(code)s %(name)s",
        voucher=before["voucher"],
        day=day(date.fromisoformat(before["posted_on"])),
        code=before["code"],
        name=before["name"],
    )
    return [(what, dong(Dong(before["counted"])), dong(Dong(after["counted"])))]


def _many(_before: Facts, after: Facts) -> list[Line]:
    what = _(
        "%(count)s khoản giải ngân, từ %(since)s đến %(until)s",
        count=number(after["rows"]),
        since=day(date.fromisoformat(after["from"])),
        until=day(date.fromisoformat(after["to"])),
    )
    counted = after.get("counted", after["amount"])
    taken = [_taken(one) for one in after.get("taken", ())]
    if taken and len(taken) == after["rows"] == 1:
        return taken
    return [(what, _("chưa ghi"), dong(Dong(counted))), *taken]


def _taken(one: Facts) -> Line:
    what = _(
        "Chứng từ %(voucher)s ngày %(day)s của %(code)s %(name)s: %(note)s",
        voucher=one["voucher"],
        day=day(date.fromisoformat(one["posted_on"])),
        code=one["code"],
        name=one["name"],
        note=one["note"] or _("không có ghi chú"),
    )
    return what, _("chưa ghi"), dong(Dong(one["counted"]))


def _file(_before: Facts, after: Facts) -> list[Line]:
    kinds = {
        ImportKind.PLANS.value: _("kế hoạch vốn"),
        ImportKind.DISBURSEMENTS.value: _("giải ngân"),
    }
    what = _(
        "Tệp %(name)s (%(kind)s), dấu %(hash)s",
        name=after["file_name"],
        kind=kinds.get(after["import"], after["import"]),
        hash=after["file_hash"][:12],
    )
    return [(what, _("chưa nhập"), _("%(count)s dòng", count=number(after["rows"])))]


def _grant(before: Facts, after: Facts) -> list[Line]:
    held = ", ".join(role_words(Role(role)) for role in before["roles"]) or _("chưa có vai trò")
    given = _(
        "thêm %(role)s, %(place)s",
        role=role_words(Role(after["role"])),
        place=after["place"] or _("toàn tỉnh"),
    )
    return [(f"{before['name']} ({before['username']})", held, given)]


_CHANGES: dict[RequestKind, Callable[[Facts, Facts], list[Line]]] = {
    RequestKind.REOPEN_PERIOD: _period,
    RequestKind.LOWER_PLAN: _plan,
    RequestKind.TRANSFER_PLAN: _plan,
    RequestKind.REVERSE_DISBURSEMENT: _entry,
    RequestKind.RECORD_MANY: _many,
    RequestKind.IMPORT_ROWS: _file,
    RequestKind.GRANT_ROLE: _grant,
}
