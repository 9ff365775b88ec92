"""The forms that change a project: open, amend, give to another owner, enter a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, Field

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.cross_checks import UnitSuspected, same_project
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.domain.refusals import Refusal, StaleEdit
from tracker.queries.dossiers import ProjectDetail, locations_of, project_of
from tracker.queries.filters import owner_choices
from tracker.queries.rules import sources
from tracker.queries.twins import names_beside
from tracker.queries.units import UnitName, units_on
from tracker.services.decisions import record_decision
from tracker.services.owners import assign_owner
from tracker.services.projects import amend_project, open_project
from tracker.web.changes import value_words
from tracker.web.deeds import act, keep_done
from tracker.web.findings import finding_words
from tracker.web.formats import dong
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.merging import NO_CONFLICT, Conflict, Edit, Stored
from tracker.web.place import province
from tracker.web.projects.forms import (
    AmendForm,
    OpenForm,
    OwnerForm,
    ProjectForm,
    decision_form,
)
from tracker.web.projects.refusals import where, why
from tracker.web.session import today
from tracker.web.words import group_words, halt_words, status_words


@dataclass(frozen=True, slots=True)
class AreaChoices:
    """The communes of a district, to be ticked as places of a project."""

    name: str
    ids: frozenset[int]
    is_chosen: bool


@needs(Permission.PROJECT_EDIT)
def new_project() -> AnyResponse:
    """Open a project."""
    session = db.session()
    form = OpenForm(data={"owned_from": today(), "has_construction": True})
    areas = _offer_places(session, form)
    _offer_owners(session, form)
    if not form.is_submitted():
        return show("projects/new.html", form=form, areas=areas)
    if form.validate():
        try:
            with transaction() as writing:
                opened = open_project(writing, act(), form.command())
        except Refusal as refusal:
            form.refuse(refusal, why(refusal), where(refusal))
        else:
            _log("project.opened", opened.id)
            decide = url_for("projects.new_decision", code=opened.code)
            twin = same_project(*names_beside(session, opened.id))
            told = _("Đã mở dự án %(code)s.", code=opened.code)
            if twin is not None:
                told = f"{told} {finding_words(twin)}"
            keep_done(told, (decide, _("Ghi quyết định đầu tư")))
            return _to_project(opened.code)
    return show("projects/new.html", status=422, form=form, areas=areas)


@needs(Permission.PROJECT_EDIT)
def edit_project(code: str) -> AnyResponse:
    """Change what is known of a project."""
    session = db.session()
    project = editable(session, code)
    form = AmendForm(data=_given_of(session, project))
    form.offer_statuses(project)
    areas = _offer_places(session, form)
    edit = Edit(form, lambda: _stored(code), partial(_said, form))
    if not form.is_submitted():
        return _show_edit(project, form, areas)
    if not edit.is_current():
        return _show_merged(code, form, edit)
    if not form.validate():
        return _show_edit(project, form, areas, status=422)
    try:
        with transaction() as writing:
            amend_project(writing, act(), form.command(project))
    except StaleEdit:
        edit.merge()
        return _show_merged(code, form, edit)
    except Refusal as refusal:
        form.refuse(refusal, why(refusal), where(refusal))
        return _show_edit(project, form, areas, status=422)
    _log("project.amended", project.id)
    keep_done(_("Đã lưu dự án %(code)s.", code=code), _history(code))
    return _to_project(code)


@needs(Permission.PROJECT_EDIT)
def choose_owner(code: str) -> AnyResponse:
    """Give a project to another owner from a day on."""
    session = db.session()
    project = editable(session, code)
    form = OwnerForm(data={"valid_from": today()})
    _offer_owners(session, form)
    edit, status = Edit(form, lambda: _facts_of(editable(db.session(), code))), 200
    if form.is_submitted():
        if not edit.is_current():
            status = 409
        elif form.validate():
            try:
                with transaction() as writing:
                    assign_owner(writing, act(), form.command(project))
            except StaleEdit:
                edit.merge()
                status = 409
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal) or "valid_from")
                status = 422
            else:
                _log("project.owner_assigned", project.id)
                keep_done(
                    _("Đã giao chủ đầu tư mới cho dự án %(code)s.", code=code), _history(code)
                )
                return _to_project(code)
        else:
            status = 422
    return show(
        "projects/owner.html", status=status, form=form, project=project, conflict=edit.conflict
    )


@needs(Permission.PROJECT_EDIT)
def new_decision(code: str) -> AnyResponse:
    """Enter a decision about a project."""
    session = db.session()
    project = editable(session, code)
    form = decision_form(sources(session, today()), data={})
    edit, status = Edit(form, lambda: _facts_of(editable(db.session(), code))), 200
    if form.is_submitted():
        if not edit.is_current():
            status = 409
        elif form.validate():
            try:
                with transaction() as writing:
                    record_decision(writing, act(), form.command(project))
            except StaleEdit:
                edit.merge()
                status = 409
            except Refusal as refusal:
                form.asks_unit = isinstance(refusal, UnitSuspected)
                form.refuse(refusal, why(refusal), where(refusal) or "issued_on")
                status = 422
            else:
                _log("decision.recorded", project.id)
                told = _("Đã ghi quyết định %(number)s.", number=form.number.data)
                keep_done(told, _history(code))
                return _to_project(code)
        else:
            status = 422
    return show(
        "projects/decision.html", status=status, form=form, project=project, conflict=edit.conflict
    )


def editable(session: Session, code: str) -> ProjectDetail:
    """Return the project if this person may edit it; else nothing is said to be there."""
    scope = current_actor().scope_of(Permission.PROJECT_EDIT)
    project = project_of(session, scope, code)
    if project is None:
        abort(404)
    return project


def _log(event: str, project_id: int) -> None:
    logs.event(event, request=g.get("request_id"), project=project_id)


def _history(code: str) -> tuple[str, str]:
    return url_for("projects.show_history", code=code), _("Xem lịch sử")


def _to_project(code: str) -> AnyResponse:
    return redirect(url_for("projects.show_project", code=code), 303)


def _show_edit(
    project: ProjectDetail,
    form: AmendForm,
    areas: tuple[AreaChoices, ...],
    *,
    status: int = 200,
    conflict: Conflict = NO_CONFLICT,
) -> Response:
    return show(
        "projects/edit.html",
        status=status,
        form=form,
        project=project,
        areas=areas,
        conflict=conflict,
        group_hint=_group_hint(project),
    )


def _show_merged(code: str, form: AmendForm, edit: Edit) -> Response:
    """Show what is stored by now beside what was typed, merged; saving again then means it."""
    session = db.session()
    project = editable(session, code)
    form.offer_statuses(project)
    areas = _offer_places(session, form)
    return _show_edit(project, form, areas, status=409, conflict=edit.conflict)


def _stored(code: str) -> Stored:
    session = db.session()
    project = editable(session, code)
    return Stored(project.row_version, _given_of(session, project))


def _said(form: AmendForm, asked: Field, value: Any) -> str | None:
    """Return what a field of a project holds, in the words of its history."""
    if isinstance(value, list):
        places = {place: str(name) for place, name in form.offered}
        return "; ".join(sorted(places.get(one, str(one)) for one in value)) or None
    if isinstance(asked, BooleanField):
        value = bool(value)
    elif hasattr(value, "isoformat"):
        value = value.isoformat()
    return value_words("project", asked.name, value)


def _facts_of(project: ProjectDetail) -> Stored:
    """Return what of a project is shown when it changed while something about it was entered."""
    facts = {
        _("Tên dự án"): project.name,
        _("Chủ đầu tư"): project.owner,
        _("Trạng thái"): status_words(project.status),
        _("Tình trạng dừng"): "" if project.halt is None else halt_words(project.halt),
        _("Tổng mức đầu tư"): dong(project.total_investment),
    }
    return Stored(project.row_version, facts=facts)


def _given_of(session: Session, project: ProjectDetail) -> dict[str, Any]:
    return _given(project, [one.unit_id for one in locations_of(session, project.id)])


def _given(project: ProjectDetail, placed: Sequence[int]) -> dict[str, Any]:
    """Return what the form of a project starts with."""
    given = {name: getattr(project, name) for name in ProjectDetail.__dataclass_fields__}
    for name in ("kind", "tier", "investment_class", "group_override", "status", "halt"):
        given[name] = given[name].value if given[name] is not None else ""
    given["disbursed_before"] = project.disbursed_before or None
    given["locations"] = list(placed)
    return given


def _offer_owners(session: Session, form: OpenForm | OwnerForm) -> None:
    scope = current_actor().scope_of(Permission.PROJECT_EDIT)
    listed = [(str(one.id), one.name) for one in owner_choices(session, scope)]
    form.owner.choices = [("", _("Chọn chủ đầu tư")), *listed]


def _offer_places(session: Session, form: ProjectForm) -> tuple[AreaChoices, ...]:
    """Offer the communes there are today, by district, and those chosen before."""
    units = units_on(session, today(), (Tier.DISTRICT, Tier.COMMUNE))
    form.offer_places((one.id, one.name) for one in units)
    chosen = set(form.locations.data or ())
    areas = [_area(one, units, chosen) for one in units if one.tier is Tier.DISTRICT]
    rest = frozenset(one.id for one in units).difference(*(area.ids for area in areas))
    if rest:  # from July 2025 on communes stand below the province
        areas.append(AreaChoices(province(), rest, bool(rest & chosen)))
    return tuple(areas)


def _area(district: UnitName, units: Sequence[UnitName], chosen: set[int]) -> AreaChoices:
    ids = frozenset(one.id for one in units if one.path.startswith(district.path))
    return AreaChoices(district.name, ids, bool(ids & chosen))


def _group_hint(project: ProjectDetail) -> str:
    """Return what the law makes of the project's total investment."""
    if project.group_computed is None:
        return _("Chưa có quyết định nêu tổng mức đầu tư nên chưa tính được nhóm theo luật.")
    return _("Theo luật: nhóm %(group)s.", group=group_words(project.group_computed))
