"""The addresses of a project's plan: the ledger, the form that adds to it, the transfer."""

import secrets
from datetime import date

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.days import default_deadline, in_force
from tracker.domain.people import Permission
from tracker.domain.plans import PlanKind
from tracker.domain.refusals import Refusal
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.plans import LineRow, allocation_of, lines_of, years_of
from tracker.queries.rules import deadline_rules, sources
from tracker.services import plans as deeds
from tracker.services.requests import Asked, do_or_ask
from tracker.web.deeds import act, keep_done, wait_for_second
from tracker.web.formats import spelled
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.known import known_words
from tracker.web.plans.forms import AssignForm, TransferForm, line_code
from tracker.web.plans.pages import AssignPage, deadline_words, line_numbered, plan_page
from tracker.web.plans.refusals import where, why
from tracker.web.reading import read
from tracker.web.session import today
from tracker.web.words import plan_kind_words, tier_words

bp = Blueprint("plans", __name__)
_BOTH = ["GET", "POST"]


@bp.get("/projects/<code>/plan")
@needs(Permission.PLAN_READ)
def show_plan(code: str) -> Response:
    """Show the plan ledger of a project as of a day."""
    reading = read()
    session, actor = db.session(), current_actor()
    scope = actor.scope_of(Permission.PLAN_READ)
    project = project_of(session, scope, code)
    if project is None:
        abort(404)
    lines = lines_of(session, scope, project.id, reading.year, reading.as_of)
    years, allocation = years_of(session, project.id), allocation_of(session, project.id)
    page = plan_page(project, lines, years, allocation, reading, actor)
    return show("plans/ledger.html", page=page)


@bp.route("/projects/<code>/plan/assign", methods=_BOTH)
@needs(Permission.PLAN_ASSIGN)
def assign(code: str) -> AnyResponse:
    """Enter one step of a decision about a line of the project."""
    reading = read(known=("line",))
    session = db.session()
    project, lines = _assignable(session, code, reading.year)
    given = _given(line_numbered(lines, request.args.get("line", "")), reading.year)
    form = AssignForm(data=given)
    form.source.choices = [("", _("Chọn nguồn vốn")), *_source_choices(session)]
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            order = form.command(project.id)
            try:
                with transaction() as writing:
                    done = do_or_ask(writing, act(), deeds.assign_plan, order, form.note.data)
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal))
            else:
                if isinstance(done, Asked):
                    return wait_for_second(done)
                logs.event("plan.assigned", request=g.get("request_id"), project=project.id)
                words = plan_kind_words(PlanKind(form.kind.data))
                _thank(words, form.amount.data or 0, is_replay=done.is_replay)
                return _to_plan(code, order.step.line.year)
    page = _beside(session, project, lines, reading.year)
    return show("plans/assign.html", status=status, form=form, page=page)


@bp.route("/projects/<code>/plan/transfer", methods=_BOTH)
@needs(Permission.PLAN_ASSIGN)
def transfer(code: str) -> AnyResponse:
    """Move capital from a line of the project to another project, under one decision."""
    reading = read()
    session = db.session()
    project, lines = _assignable(session, code, reading.year)
    form = TransferForm(data={"year": reading.year, "key": secrets.token_hex(16)})
    _offer_lines(session, form, lines)
    status = 200
    if form.is_submitted():
        status = 422
        receiver = _receiver(session, form) if form.validate() else None
        if receiver is not None:
            try:
                with transaction() as writing:
                    order = form.command(project.id, receiver.id)
                    done = do_or_ask(writing, act(), deeds.transfer, order, form.note.data)
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal))
            else:
                if isinstance(done, Asked):
                    return wait_for_second(done)
                logs.event("plan.transferred", request=g.get("request_id"), project=project.id)
                words = _("Điều chuyển sang %(code)s", code=receiver.code)
                _thank(words, form.amount.data or 0, is_replay=done.is_replay)
                return _to_plan(code, form.year.data or reading.year)
    page = _beside(session, project, lines, reading.year)
    return show("plans/transfer.html", status=status, form=form, page=page)


def _assignable(session: Session, code: str, year: int) -> tuple[ProjectDetail, list[LineRow]]:
    """Return a project whose plan this person may change; else nothing is said to be there."""
    scope = current_actor().scope_of(Permission.PLAN_ASSIGN)
    project = project_of(session, scope, code)
    if project is None:
        abort(404)
    return project, lines_of(session, scope, project.id, year, date.max)


def _given(line: LineRow | None, year: int) -> dict[str, object]:
    """Return what the form starts with; the line one comes from is chosen already."""
    given: dict[str, object] = {"year": year, "key": secrets.token_hex(16)}
    if line is not None:
        given |= {
            "source": line.source_id,
            "budget_tier": line.budget_tier.value,
            "extended": line.extended,
            "kind": PlanKind.INCREASE.value,
        }
    return given


def _beside(
    session: Session, project: ProjectDetail, lines: list[LineRow], year: int
) -> AssignPage:
    rules = deadline_rules(session)
    rule = in_force(rules, today())
    ordinary = default_deadline(year, date(year, 1, 1), rules)
    words = deadline_words(ordinary, rule.late_after.of(year), rule.late.of(year + 1))
    return AssignPage(project, year, tuple(lines), allocation_of(session, project.id), words)


def _offer_lines(session: Session, form: TransferForm, lines: list[LineRow]) -> None:
    """Offer the lines of the year's own capital, and any source for the other side."""
    form.line.choices = [
        (
            line_code(one.source_id, one.budget_tier),
            f"{one.source_code} {known_words(one.source)} · {tier_words(one.budget_tier)}",
        )
        for one in lines
        if not one.extended
    ]
    form.to_source.choices = [("", _("Cùng nguồn vốn")), *_source_choices(session)]


def _source_choices(session: Session) -> list[tuple[str, str]]:
    return [
        (str(one.id), f"{one.code} {known_words(one.name)}") for one in sources(session, today())
    ]


def _receiver(session: Session, form: TransferForm) -> ProjectDetail | None:
    scope = current_actor().scope_of(Permission.PLAN_ASSIGN)
    receiver = project_of(session, scope, form.to_code.data)
    if receiver is None:
        words = _("Không có dự án mang mã này, hoặc không thuộc phạm vi của anh/chị.")
        form.to_code.errors = [*form.to_code.errors, words]
    return receiver


def _thank(words: str, amount: int, *, is_replay: bool) -> None:
    if is_replay:
        keep_done(_("Quyết định này đã được ghi trước đó; không ghi thêm lần nữa."))
        return
    keep_done(_("Đã ghi: %(words)s %(amount)s đồng.", words=words, amount=spelled(amount)))


def _to_plan(code: str, year: int) -> AnyResponse:
    return redirect(url_for("plans.show_plan", code=code, year=year), 303)
