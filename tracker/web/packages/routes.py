"""The addresses of a project's packages and contracts: the tab, its file, the forms of packages."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.contract_facts import NO_CONTRACTS
from tracker.domain.packages import MOVES
from tracker.domain.people import Permission
from tracker.queries.contract_facts import contract_facts_of
from tracker.queries.contracts import contracts_of, packages_of
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.rules import threshold_book
from tracker.services.contracts import SignContract, sign_contract
from tracker.services.packages import (
    AmendPackage,
    PlanPackage,
    amend_package,
    move_package,
    plan_package,
)
from tracker.web.contract_words import package_state_words
from tracker.web.deeds import act
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.packages import contracting
from tracker.web.packages.export import contracts_sheet
from tracker.web.packages.finding import crumbs, package_for, project_for
from tracker.web.packages.forms import (
    CONTRACT_GROUPS,
    MoveForm,
    PackageForm,
    contract_form,
    given_of,
    row_version,
)
from tracker.web.packages.kept import package_to_edit, package_to_move
from tracker.web.packages.pages import ContractsPage, contracts_page
from tracker.web.packages.submitting import FormPage, new_key, submit
from tracker.web.reading import read
from tracker.web.session import today
from tracker.web.sheets import workbook_file

bp = Blueprint("packages", __name__)
_BOTH = ["GET", "POST"]
_PACKAGE = "/projects/<code>/packages/<int(max=9223372036854775807):package_id>"
_CONTRACT = "/projects/<code>/contracts/<int(max=9223372036854775807):contract_id>"
_GROUPS = (
    ("number", "field"),
    ("name",),
    ("price", "contract_type"),
    ("plan_decision", "plan_decided_on"),
    ("selection_form", "selection_method"),
    ("quarter", "quarter_year", "days"),
    ("is_online", "notice_number"),
    ("bids_closed_on", "bids_opened_on"),
    ("result_decision", "result_on", "award"),
)
bp.add_url_rule(_CONTRACT, view_func=contracting.show_contract)
for _name, _view in (
    ("edit", contracting.edit_contract),
    ("terminate", contracting.terminate),
    ("appendices/new", contracting.append),
    ("guarantees/new", contracting.guarantee),
    ("acceptances/new", contracting.accept),
    ("guarantees/<int(max=9223372036854775807):guarantee_id>/release", contracting.release),
    ("acceptances/<int(max=9223372036854775807):acceptance_id>/reverse", contracting.reverse),
):
    bp.add_url_rule(f"{_CONTRACT}/{_name}", view_func=_view, methods=_BOTH)


@bp.get("/projects/<code>/contracts")
@needs(Permission.PROJECT_READ)
def show_contracts(code: str) -> Response:
    """Show the packages and contracts of a project as of a day."""
    return show("packages/list.html", page=_page(code))


@bp.get("/projects/<code>/contracts.xlsx")
@needs(Permission.PROJECT_READ)
def download_contracts(code: str) -> Response:
    """Give the contracts of a project as a workbook."""
    page = _page(code)
    name = f"hop-dong-{page.project.id}-den-{page.reading.as_of.isoformat()}"
    return workbook_file(name, contracts_sheet(page), rows=len(page.contracts))


@bp.route("/projects/<code>/packages/new", methods=_BOTH)
@needs(Permission.CONTRACT_EDIT)
def new_package(code: str) -> AnyResponse:
    """Enter a package of a project."""
    project = project_for(code, Permission.CONTRACT_EDIT)
    form = PackageForm(data={"key": new_key(), "quarter_year": today().year})
    page = _form_page(project, _("Nhập gói thầu"), "package.planned", _("Đã lưu gói thầu."))
    return submit(
        form,
        page,
        lambda session: plan_package(
            session, act(), PlanPackage(project.id, form.details(), form.key.data)
        ),
        lambda _kept: _back(code),
    )


@bp.route(f"{_PACKAGE}/edit", methods=_BOTH)
@needs(Permission.CONTRACT_EDIT)
def edit_package(code: str, package_id: int) -> AnyResponse:
    """Change what is known of a package."""
    project, package = package_for(code, package_id)
    form = PackageForm(data={**given_of(package), "key": new_key()})
    title = _("Sửa gói thầu %(number)s", number=package.number)
    page = _form_page(project, title, "package.amended", _("Đã lưu gói thầu."))
    return submit(
        form,
        page,
        lambda session: amend_package(
            session,
            act(),
            AmendPackage(package_id, row_version(form.row_version), form.details()),
        ),
        lambda _kept: _back(code),
        lambda: package_to_edit(code, package_id),
    )


@bp.route(f"{_PACKAGE}/move", methods=_BOTH)
@needs(Permission.CONTRACT_EDIT)
def move(code: str, package_id: int) -> AnyResponse:
    """Begin, put back or cancel the selection of a package."""
    project, package = package_for(code, package_id)
    if request.method == "GET" and not MOVES[package.state]:
        state = package_state_words(package.state)
        told = _(
            "Gói thầu %(number)s: %(state)s. Từ trạng thái này không còn bước nào để chuyển.",
            number=package.number,
            state=state,
        )
        flash(told, "warning")
        return redirect(_back(code))
    form = MoveForm(data={"on": today()})
    form.to.choices = [
        (one.value, package_state_words(one)) for one in sorted(MOVES[package.state])
    ]
    title = _("Chuyển trạng thái gói thầu %(number)s", number=package.number)
    page = FormPage(
        title,
        (project.name, project.code, package_state_words(package.state)),
        crumbs(project, (title, None)),
        (("to", "on"), ("reason",)),
        _("Chuyển trạng thái"),
        _back(code),
        "package.moved",
        _("Đã chuyển trạng thái gói thầu."),
    )
    return submit(
        form,
        page,
        lambda session: move_package(session, act(), form.command(package_id)),
        lambda _kept: _back(code),
        lambda: package_to_move(code, package_id),
    )


@bp.route(f"{_PACKAGE}/sign", methods=_BOTH)
@needs(Permission.CONTRACT_EDIT)
def sign(code: str, package_id: int) -> AnyResponse:
    """Enter the contract signed on a package."""
    project, package = package_for(code, package_id)
    given = {
        "key": new_key(),
        "value": package.award,
        "type": package.contract_type,
        "days": package.days,
    }
    form = contract_form(given)
    title = _("Nhập hợp đồng của gói thầu %(number)s", number=package.number)
    page = FormPage(
        title,
        (project.name, project.code, project.owner),
        crumbs(project, (title, None)),
        CONTRACT_GROUPS,
        _("Lưu hợp đồng"),
        _back(code),
        "contract.signed",
        _("Đã lưu hợp đồng."),
        contracting.contract_hints(),
    )
    return submit(
        form,
        page,
        lambda session: sign_contract(
            session, act(), SignContract(package_id, form.details(), form.key.data)
        ),
        lambda kept: url_for("packages.show_contract", code=code, contract_id=kept.id),
    )


def _page(code: str) -> ContractsPage:
    reading, session, actor = read(), db.session(), current_actor()
    scope = actor.scope_of(Permission.PROJECT_READ)
    project = project_for(code, Permission.PROJECT_READ)
    packages = packages_of(session, scope, project.id)
    contracts = contracts_of(session, scope, project.id, reading.as_of)
    facts = contract_facts_of(session, project.id, reading.as_of) if contracts else NO_CONTRACTS
    limits = threshold_book(session).on(reading.as_of)
    return contracts_page(project, packages, contracts, facts, limits, reading, actor)


def _form_page(project: ProjectDetail, title: str, deed: str, done: str) -> FormPage:
    return FormPage(
        title,
        (project.name, project.code, project.owner),
        crumbs(project, (title, None)),
        _GROUPS,
        _("Lưu gói thầu"),
        _back(project.code),
        deed,
        done,
        {
            "number": _("như trong kế hoạch lựa chọn nhà thầu"),
            "award": _("cần có trước khi nhập hợp đồng"),
        },
    )


def _back(code: str) -> str:
    return url_for("packages.show_contracts", code=code)
