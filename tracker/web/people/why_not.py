"""“Vì sao tôi không …?”: which right is missing, where, and who can help. Views of `routes`."""

from dataclasses import dataclass

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from tracker.db import db
from tracker.domain.people import GRANTS, MONEY_PERMISSIONS, Actor, Permission, Place, Role
from tracker.queries import accounts
from tracker.queries.dossiers import project_of
from tracker.queries.rights import Holder, holders, place_of_project
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.people.words import place_words
from tracker.web.session import today
from tracker.web.words import permission_words, role_words

MOST = 12
"""How many names are given; more would help nobody."""


@dataclass(frozen=True, slots=True)
class WhyPage:
    """One missing right in words."""

    right: str
    place: str
    verdict: str
    held: tuple[str, ...]
    roles: tuple[str, ...]
    grantors: tuple[str, ...]
    holders: tuple[str, ...]
    apart: str | None
    back_url: str


@needs(SIGNED_IN)
def why() -> Response:
    """Show why somebody may not do something, and who can change that or do it instead."""
    asked, code = request.args.get("right", ""), request.args.get("project", "")
    if asked not in set(Permission):
        abort(404)
    return show("people/why.html", page=_page(current_actor(), Permission(asked), code))


def _page(actor: Actor, right: Permission, code: str) -> WhyPage:
    session, day = db.session(), today()
    seen = actor.scope_of(Permission.PROJECT_READ)
    project = project_of(session, seen, code) if 0 < len(code) <= 100 else None
    place = Place() if project is None else place_of_project(session, project.id)
    own = accounts.grants_of(session, actor.id)
    managing = [place]
    if project is None:
        # Without a record, what matters is who runs this person's account.
        managing = [one.reach for one in own if not one.is_over(day)] or [Place()]
    grantors = _common(
        [holders(session, Permission.PEOPLE_MANAGE, one, day, but=actor.id) for one in managing]
    )
    may_here = actor.may(right) and (project is None or actor.scope_of(right).reaches(place))
    return WhyPage(
        right=permission_words(right),
        place=_("dự án %(name)s", name=project.name) if project else _("phạm vi của anh/chị"),
        verdict=_verdict(actor, right, may_here=may_here, about_project=project is not None),
        held=tuple(
            f"{role_words(one.role)}, {place_words(one.scope_kind, one.place)}"
            for one in own
            if not one.is_over(day) and one.valid_from <= day
        ),
        roles=tuple(role_words(role) for role in Role if right in GRANTS[role]),
        grantors=_names(grantors),
        holders=_names(holders(session, right, place, day, but=actor.id)) if project else (),
        apart=_apart(actor, right),
        back_url=url_for("projects.show_project", code=project.code) if project else "/",
    )


def _common(found: list[list[Holder]]) -> list[Holder]:
    """Return who stands in every list, in the order of the first."""
    ids = set.intersection(*({one.id for one in listed} for listed in found))
    return [one for one in found[0] if one.id in ids]


def _names(found: list[Holder]) -> tuple[str, ...]:
    return tuple(f"{one.name} ({role_words(one.role)})" for one in found[:MOST])


def _verdict(actor: Actor, right: Permission, *, may_here: bool, about_project: bool) -> str:
    words = permission_words(right)
    if may_here:
        return _(
            "Anh/chị có quyền “%(right)s” ở đây. Nếu vẫn không làm được thì do tình trạng của hồ "
            "sơ, không phải do quyền: trang đó nói rõ lý do.",
            right=words,
        )
    if actor.may(right) and about_project:
        return _(
            "Anh/chị có quyền “%(right)s”, nhưng dự án này nằm ngoài phạm vi của quyền đó.",
            right=words,
        )
    return _("Chưa vai trò nào của anh/chị cho quyền “%(right)s”.", right=words)


def _apart(actor: Actor, right: Permission) -> str | None:
    if right in MONEY_PERMISSIONS and Role.ADMIN in actor.roles:
        return _(
            "Người quản trị tài khoản không giữ quyền làm thay đổi số tiền: hai việc luôn ở hai "
            "người khác nhau."
        )
    return None
