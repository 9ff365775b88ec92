"""The addresses of a project's scenario: the versions, the form for a new one, the approval."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.prefill import along, rest_along
from tracker.domain.refusals import OutOfScope, Refusal, StaleEdit
from tracker.domain.scenarios import Curve, PathSource
from tracker.queries.dossiers import ProjectDetail, months_of, project_of
from tracker.queries.plans import lines_of
from tracker.queries.rules import default_curve
from tracker.queries.scenarios import VersionRow, nearest_curve, versions_of_project
from tracker.services.scenarios import approve_scenario, propose_scenario
from tracker.web.deeds import act, keep_done
from tracker.web.flagging import path_words
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.reading import Reading, read, with_wrong
from tracker.web.scenarios.forms import ApproveForm, ProposeForm, propose_form
from tracker.web.scenarios.pages import (
    ProposePage,
    done_by,
    fills_of,
    months_over,
    own_sums,
    scenario_page,
)
from tracker.web.scenarios.refusals import where, why
from tracker.web.session import today

bp = Blueprint("scenarios", __name__)
FILLS = ("curve", "rest", "latest")


@bp.get("/projects/<code>/scenario")
@needs(Permission.SCENARIO_READ)
def show_scenario(code: str) -> Response:
    """Show the versions of a project's scenario beside each other, as of a day."""
    return _show(code, read())


@bp.route("/projects/<code>/scenario/propose", methods=["GET", "POST"])
@needs(Permission.SCENARIO_PROPOSE)
def propose(code: str) -> AnyResponse:
    """Propose the next version of a project's scenario."""
    reading = read(known=("fill",))
    project = _project(code, Permission.SCENARIO_PROPOSE)
    facts = _facts(db.session(), project, reading)
    fill = request.args.get("fill", "latest" if facts.latest else "curve")
    form = propose_form(facts.draft(fill))
    if not form.is_submitted():
        return _show_form(form, project, reading, facts, fill)
    if form.validate():
        try:
            with transaction() as writing:
                done = propose_scenario(writing, act(), form.command(project.id, reading.year))
        except Refusal as refusal:
            form.refuse(refusal, why(refusal), where(refusal))
        else:
            logs.event("scenario.proposed", request=g.get("request_id"), project=project.id)
            if done.is_replay:
                keep_done(
                    _(
                        "Số liệu không đổi so với phiên bản %(v)s nên không ghi thêm.",
                        v=done.version,
                    )
                )
            else:
                keep_done(_("Đã lập kịch bản phiên bản %(v)s, chờ duyệt.", v=done.version))
            return _to_scenario(code, reading.year)
    return _show_form(form, project, reading, facts, fill, status=422)


@bp.post("/projects/<code>/scenario/<int(max=9999):version>/approve")
@needs(Permission.SCENARIO_APPROVE)
def approve(code: str, version: int) -> AnyResponse:
    """Approve a version, in force from a day on."""
    reading = read()
    project = _project(code, Permission.SCENARIO_APPROVE)
    versions = versions_of_project(db.session(), project.id, PlanYear(reading.year))
    found = next((one for one in versions if one.version == version), None)
    if found is None:
        abort(404)
    form, status = ApproveForm(), 422
    if form.validate():
        try:
            with transaction() as writing:
                approve_scenario(writing, act(), form.command(found.id))
        except OutOfScope:
            raise
        except Refusal as refusal:
            status = 409 if isinstance(refusal, StaleEdit) else 422
            form.approved_on.errors = [*form.approved_on.errors, why(refusal)]
        else:
            logs.event("scenario.approved", request=g.get("request_id"), project=project.id)
            keep_done(_("Đã duyệt kịch bản phiên bản %(v)s.", v=version))
            return _to_scenario(code, reading.year)
    return _show(code, reading, form, status)


def _show(
    code: str, reading: Reading, form: ApproveForm | None = None, status: int = 200
) -> Response:
    session, actor = db.session(), current_actor()
    project = _project(code, Permission.SCENARIO_READ)
    year = PlanYear(reading.year)
    scope = actor.scope_of(Permission.SCENARIO_READ)
    versions = versions_of_project(session, project.id, year)
    lines = lines_of(session, scope, project.id, reading.year, reading.as_of)
    followed = _followed(session, project, reading)
    page = scenario_page(
        project,
        versions,
        lines,
        months_of(session, project.id, year),
        followed[0] if followed else None,
        reading,
        actor,
    )
    if form is None and page.waiting is not None:
        form = ApproveForm(data={"approved_on": today(), "row_version": page.waiting.row_version})
    return show("scenarios/scenario.html", status=status, page=page, form=form)


@dataclass(frozen=True)
class _Facts:
    """What a draft is made from."""

    plan: Dong
    done: tuple[Dong, ...]
    over: int
    latest: VersionRow | None
    followed: tuple[PathSource, Curve] | None

    def draft(self, fill: str) -> Sequence[Dong] | None:
        """Return the thirteen amounts a form is filled with; None leaves it blank."""
        if fill == "latest" and self.latest is not None:
            return self.latest.cumulative
        if self.followed is None or self.plan <= 0:
            return None
        curve = self.followed[1]
        # The month that is still running will grow: it belongs to the rest.
        return (
            rest_along(curve, self.plan, self.done[: self.over])
            if fill == "rest"
            else along(curve, self.plan)
        )


def _facts(session: Session, project: ProjectDetail, reading: Reading) -> _Facts:
    year = PlanYear(reading.year)
    scope = current_actor().scope_of(Permission.SCENARIO_PROPOSE)
    plan, disbursed = own_sums(lines_of(session, scope, project.id, reading.year, reading.as_of))
    months = months_of(session, project.id, year)
    versions = versions_of_project(session, project.id, year)
    return _Facts(
        plan,
        done_by(year, reading.as_of, months, disbursed),
        months_over(year, reading.as_of),
        versions[0] if versions else None,
        _followed(session, project, reading),
    )


def _followed(
    session: Session, project: ProjectDetail, reading: Reading
) -> tuple[PathSource, Curve] | None:
    return nearest_curve(
        session,
        (project.owner_id, project.unit_path, project.tier),
        PlanYear(reading.year),
        reading.as_of,
        default_curve(session, reading.as_of),
    )


def _project(code: str, permission: Permission) -> ProjectDetail:
    """Return the project if the right is held over it; else nothing is said to be there."""
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project


def _show_form(
    form: ProposeForm,
    project: ProjectDetail,
    reading: Reading,
    facts: _Facts,
    fill: str,
    *,
    status: int = 200,
) -> Response:
    if fill not in FILLS:
        reading = with_wrong(reading, "fill")
    page = ProposePage(
        project=project,
        year=reading.year,
        plan=facts.plan,
        latest=facts.latest,
        done=facts.done,
        ends=PlanYear(reading.year).month_ends,
        curve=path_words(facts.followed[0] if facts.followed else None),
        fill=fill,
        fills=fills_of(project.code, reading.year, facts.latest),
    )
    return show("scenarios/propose.html", status=status, form=form, page=page, reading=reading)


def _to_scenario(code: str, year: int) -> AnyResponse:
    return redirect(url_for("scenarios.show_scenario", code=code, year=year), 303)
