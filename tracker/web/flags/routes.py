"""The addresses of one flag of a project, and of what of its plan is blocked."""

import secrets

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.difficulties import EvidenceRequired
from tracker.domain.disbursements import InTheFuture
from tracker.domain.flags import KEPT_FLAGS, UNIT_FLAGS, FlagCode
from tracker.domain.ladder import (
    RIGHT_OF,
    Action,
    AlreadyAnswered,
    BlockedBeyondRemaining,
    BlockedOutsideYear,
    BlockReason,
    DoneBeforeDemanded,
    NothingBlocked,
    NothingDemanded,
)
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, Refusal
from tracker.queries.blocked import blocked_rows
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.flag_files import flag_file
from tracker.queries.plans import lines_of
from tracker.services.blocked_capital import block_capital
from tracker.services.mandates import record_answer
from tracker.web.deeds import act, keep_done, refused
from tracker.web.flagging import action_words, block_reason_words, flag_name, flag_number
from tracker.web.flags.forms import AnswerForm, BlockForm
from tracker.web.flags.pages import FlagPage, answer_refusal_words, blocked_page, flag_page
from tracker.web.formats import dong
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.reading import read
from tracker.web.refusing import refusal_words
from tracker.web.session import today
from tracker.web.words import choices

bp = Blueprint("flags", __name__)
OF_PROJECTS = frozenset(code.value for code in KEPT_FLAGS if code not in UNIT_FLAGS)
"""Flags with a page of their own; F-28 leads to its directive, for those who see that."""
_ANSWER_FIELDS: dict[type[Refusal], str] = {
    InTheFuture: "done_on",
    DoneBeforeDemanded: "done_on",
    EvidenceRequired: "evidence",
}
_FIELDS: dict[type[Refusal], str] = {
    BlockedBeyondRemaining: "amount",
    BlockedOutsideYear: "effective_on",
    InTheFuture: "effective_on",
    NothingBlocked: "frees",
}


@bp.get("/projects/<code>/flags/<flag>")
@needs(Permission.SLOWNESS_READ)
@revalidated
def show_flag(code: str, flag: str) -> Response:
    """Show one flag of a project as of a day: its sum, its history, what lifts it."""
    if flag not in OF_PROJECTS:
        abort(404)
    reading, actor = read(), current_actor()
    moment = moment_of(reading.year, reading.as_of)
    scope = actor.scope_of(Permission.SLOWNESS_READ)

    def decided() -> FlagPage | None:
        found = flag_file(db.session(), scope, code, FlagCode(flag), moment)
        return None if found is None else flag_page(found, reading, actor)

    page = page_of_moment(moment, actor.grants, decided)
    if page is None:
        abort(404)
    return show("flags/flag.html", page=page)


@bp.route("/projects/<code>/flags/<flag>/actions/<action>", methods=["GET", "POST"])
@needs(Permission.DIFFICULTY_REPLY)
def answer(code: str, flag: str, action: str) -> AnyResponse:
    """Keep that the action a flag demands was done."""
    if flag not in OF_PROJECTS or action not in set(Action):
        abort(404)
    demanded = Action(action)
    project, year = _project(code, RIGHT_OF[demanded]), read().year
    form = AnswerForm(data={"key": secrets.token_hex(16), "done_on": today()})
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            order = form.command(code, year, FlagCode(flag), demanded)
            conflicts = (NothingDemanded, AlreadyAnswered, ChangedRequest)
            status = (
                refused(
                    form,
                    lambda session: record_answer(session, act(), order),
                    answer_refusal_words,
                    lambda refusal: _ANSWER_FIELDS.get(type(refusal)),
                    conflicts,
                )
                or 303
            )
        if status == 303:
            logs.event("mandate.recorded", request=g.get("request_id"), project=project.id)
            keep_done(_("Đã ghi việc đã làm."))
            return redirect(url_for(".show_flag", code=code, flag=flag, year=year), 303)
    return show(
        "flags/answer.html",
        status=status,
        form=form,
        project=project,
        flag=flag,
        name=f"{flag_number(FlagCode(flag))} {flag_name(FlagCode(flag))}",
        action=demanded,
        words=action_words(demanded),
        reading=read(),
    )


@bp.get("/projects/<code>/blocked")
@needs(Permission.PLAN_READ)
def show_blocked(code: str) -> Response:
    """Show what of a project's plan is blocked, and what was kept about it."""
    form = BlockForm(data={"key": secrets.token_hex(16), "effective_on": today()})
    return _show_blocked(code, Permission.PLAN_READ, form)


@bp.post("/projects/<code>/blocked")
@needs(Permission.PLAN_ASSIGN)
def block(code: str) -> AnyResponse:
    """Keep how much of a project's plan is blocked from a day on."""
    project, form, year = _project(code, Permission.PLAN_ASSIGN), BlockForm(), read().year
    form.cause.choices = _causes()
    if form.validate():
        try:
            with transaction() as writing:
                block_capital(writing, act(), form.command(project.id, year))
        except Refusal as refusal:
            form.refuse(refusal, refusal_words(refusal), _FIELDS.get(type(refusal), "reason"))
        else:
            logs.event("plan.blocked", request=g.get("request_id"), project=project.id)
            if form.amount.data:
                keep_done(_("Đã ghi vốn bị phong tỏa: %(amount)s.", amount=dong(form.amount.data)))
            else:
                keep_done(_("Đã gỡ phong tỏa vốn của dự án."))
            return redirect(url_for(".show_blocked", code=project.code, year=year), 303)
    return _show_blocked(code, Permission.PLAN_ASSIGN, form, status=422)


def _causes() -> list[tuple[str, str]]:
    return [("", _("Chọn nguyên nhân")), *choices(BlockReason, block_reason_words)]


def _project(code: str, permission: Permission) -> ProjectDetail:
    """Return the project if the right is held over it; else nothing is said to be there."""
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project


def _show_blocked(
    code: str, permission: Permission, form: BlockForm, *, status: int = 200
) -> Response:
    reading, session, actor = read(), db.session(), current_actor()
    project = _project(code, permission)
    form.cause.choices = _causes()
    rows = blocked_rows(session, project.id, reading.year, reading.as_of)
    lines = lines_of(
        session, actor.scope_of(Permission.PLAN_READ), project.id, reading.year, reading.as_of
    )
    remaining = sum(line.plan - line.disbursed for line in lines if not line.extended)
    page = blocked_page(project, rows, Dong(remaining), reading, actor)
    return show("flags/blocked.html", status=status, page=page, form=form)
