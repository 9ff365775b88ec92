"""What the screens of this room show, decided before any template sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.people import GRANTS, Actor, Permission, Role
from tracker.queries.accounts import GrantRow
from tracker.queries.people import AccountState, PeopleFilter, PeoplePage, PersonRow
from tracker.queries.places import PlaceKind, PlaceRow, PlacesFound
from tracker.web.chips import Chip
from tracker.web.formats import day as write_day
from tracker.web.formats import number
from tracker.web.known import known_words
from tracker.web.paging import Paging, paging_of
from tracker.web.people.words import last_day, place_words, state_words
from tracker.web.words import choices, permission_words, role_words


@dataclass(frozen=True, slots=True)
class Held:
    """A role and where it holds, in words."""

    role: str
    place: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One account in the list."""

    url: str
    name: str
    username: str
    contact: str | None
    held: tuple[Held, ...]
    state: str
    state_kind: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list of accounts as this person may see it."""

    text: str
    role: str
    state: str
    roles: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    basis: tuple[str, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    rows: tuple[PersonLine, ...]
    paging: Paging
    why_empty: str
    can_add: bool


def list_page(asked: PeopleFilter, found: PeoplePage, actor: Actor) -> ListPage:
    """Return the list of people."""
    return ListPage(
        text=asked.text,
        role=asked.role.value if asked.role else "",
        state=asked.state.value,
        roles=(("", _("Tất cả")), *choices(Role, role_words)),
        states=tuple(choices(AccountState, _state_filter)),
        basis=(_("tài khoản trong phạm vi của anh/chị"), _("xếp theo họ tên")),
        chips=tuple(_chips(asked)),
        clear_url=url_for("people.list_people"),
        rows=tuple(_line(row) for row in found.page.rows),
        paging=paging_of(found.page, _("tài khoản")),
        why_empty=_why_empty(asked, found),
        can_add=actor.may(Permission.PEOPLE_MANAGE),
    )


def who_is_who(people: Iterable[PersonRow]) -> list[tuple[PersonRow, str]]:
    """Return the accounts of the demonstration with what each of them is, in the roles' order."""
    order = list(Role)
    ranked = sorted(
        people, key=lambda row: min((order.index(held.role) for held in row.grants), default=99)
    )
    return [
        (
            row,
            "; ".join(
                f"{role_words(held.role)}, {place_words(held.scope_kind, held.place)}"
                for held in row.grants
            ),
        )
        for row in ranked
    ]


def rights_table() -> tuple[list[str], list[tuple[str, list[bool]]]]:
    """Return the roles, and for each permission whether each role gives it; made from GRANTS."""
    rows = [
        (permission_words(permission), [permission in GRANTS[role] for role in Role])
        for permission in Permission
    ]
    return [role_words(role) for role in Role], rows


def own_rights(grants: Iterable[GrantRow], day: date) -> list[str]:
    """Return a person's own roles that hold now, each in a phrase."""
    return [
        _span_words(grant) for grant in grants if not grant.is_over(day) and grant.valid_from <= day
    ]


def place_choices(
    found: PlacesFound, chosen: PlaceRow | None, *, whole: bool
) -> list[tuple[str, str]]:
    """Return the places to choose from as (value, words), with the one chosen before."""
    first = [("", _("Chọn phạm vi"))]
    if whole:
        first.append(("everything", _("Toàn tỉnh")))
    rows = list(found.rows)
    if chosen is not None and chosen not in rows:
        rows.insert(0, chosen)
    return first + [(f"{row.kind}:{row.id}", _place_words(row)) for row in rows]


def found_words(asked: str, found: PlacesFound) -> str:
    """Return how the search for places went."""
    many = number(len(found.rows))
    if not asked and not found.rows:
        return _(
            "Chưa có đơn vị hành chính cấp huyện; gõ tên rồi bấm Tìm để thấy xã, phường, tổ chức."
        )
    if not asked:
        return _("Đang hiện các huyện; gõ tên rồi bấm Tìm để thấy xã, phường, tổ chức và dự án.")
    if not found.rows:
        return _(
            "Không có đơn vị, tổ chức hay dự án nào khớp “%(text)s”. Hãy thử ít từ hơn.", text=asked
        )
    if found.has_more:
        return _("Hiện %(number)s kết quả đầu tiên; gõ thêm để tìm gọn hơn.", number=many)
    return _("Tìm thấy %(number)s phạm vi khớp “%(text)s”.", number=many, text=asked)


def _place_words(row: PlaceRow) -> str:
    if row.kind is PlaceKind.ORGANISATION:
        return _("%(name)s (tổ chức)", name=row.name)
    if row.kind is PlaceKind.PROJECT:
        return _("%(code)s, %(name)s (dự án)", code=row.above, name=row.name)
    if row.above:
        return _("%(name)s – %(above)s", name=row.name, above=row.above)
    return row.name


def _chips(asked: PeopleFilter) -> list[Chip]:
    kept = {
        "q": (_("Tìm"), asked.text, asked.text),
        "role": (_("Vai trò"), asked.role and role_words(asked.role), asked.role),
        "state": (
            _("Trạng thái"),
            _state_filter(asked.state),
            "" if asked.state is AccountState.ACTIVE else asked.state,
        ),
    }
    at_work = {name: str(value) for name, (_label, _words, value) in kept.items() if value}
    return [
        Chip(
            kept[name][0],
            str(kept[name][1]),
            url_for("people.list_people", **{k: v for k, v in at_work.items() if k != name}),  # type: ignore[arg-type]
        )
        for name in at_work
    ]


def _state_filter(state: AccountState) -> str:
    return {
        AccountState.ACTIVE: _("Đang dùng"),
        AccountState.DISABLED: _("Đã khóa"),
        AccountState.ALL: _("Tất cả"),
    }[state]


def _why_empty(asked: PeopleFilter, found: PeoplePage) -> str:
    if not found.visible:
        return _("Chưa có tài khoản nào trong phạm vi của anh/chị.")
    if asked.state is AccountState.DISABLED and not (asked.text or asked.role):
        return _("Không có tài khoản nào đang bị khóa.")
    return _(
        "Không có tài khoản nào khớp bộ lọc, trong %(number)s tài khoản. Hãy bỏ bớt bộ lọc.",
        number=number(found.visible),
    )


def _line(row: PersonRow) -> PersonLine:
    state, kind = state_words(row.is_disabled, row.must_change_password)
    return PersonLine(
        url=url_for("people.show_person", username=row.username),
        name=known_words(row.name),
        username=row.username,
        contact=row.phone or row.email,
        held=tuple(
            Held(role_words(grant.role), place_words(grant.scope_kind, grant.place))
            for grant in row.grants
        ),
        state=state,
        state_kind=kind,
    )


def _span_words(grant: GrantRow) -> str:
    until = last_day(grant.valid_until)
    role, place = role_words(grant.role), place_words(grant.scope_kind, grant.place)
    if until is None:
        return _("%(role)s, %(place)s, không thời hạn", role=role, place=place)
    return _("%(role)s, %(place)s, đến hết %(day)s", role=role, place=place, day=write_day(until))
