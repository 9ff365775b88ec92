"""The pages of one contract: what happened to it, and the forms that add to it."""

from flask import Response, abort, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.people import Permission
from tracker.queries.contract_facts import contract_facts_of
from tracker.queries.contracts import (
    ContractRow,
    acceptances_of,
    appendices_of,
    contract_of,
)
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.rules import threshold_book
from tracker.services.contract_events import (
    record_acceptance,
    record_appendix,
    record_guarantee,
    release_guarantee,
    reverse_acceptance,
)
from tracker.services.contracts import AmendContract, amend_contract, terminate_contract
from tracker.web.contract_words import guarantee_kind_words
from tracker.web.deeds import act
from tracker.web.formats import day, dong
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.packages.event_forms import (
    AcceptanceForm,
    AppendixForm,
    GuaranteeForm,
    ReleaseForm,
    ReverseForm,
)
from tracker.web.packages.finding import contract_for, crumbs, project_for
from tracker.web.packages.forms import (
    CONTRACT_GROUPS,
    TerminateForm,
    contract_form,
    given_of_contract,
    row_version,
)
from tracker.web.packages.kept import (
    contract_to_edit,
    contract_to_end,
    guarantee_for,
    guarantee_to_release,
)
from tracker.web.packages.pages import contract_page
from tracker.web.packages.submitting import FormPage, new_key, submit
from tracker.web.reading import read
from tracker.web.session import today


@needs(Permission.PROJECT_READ)
def show_contract(code: str, contract_id: int) -> Response:
    """Show one contract with all that happened to it, as of a day."""
    reading, session, actor = read(), db.session(), current_actor()
    project = project_for(code, Permission.PROJECT_READ)
    scope = actor.scope_of(Permission.PROJECT_READ)
    contract = contract_of(session, scope, project.id, contract_id, reading.as_of)
    if contract is None:
        abort(404)
    facts = contract_facts_of(session, project.id, reading.as_of)
    limits = threshold_book(session).on(reading.as_of)
    events = (
        appendices_of(session, contract_id, reading.as_of),
        acceptances_of(session, contract_id, reading.as_of),
    )
    page = contract_page(project, contract, facts, limits, events, reading, actor)
    return show("packages/contract.html", page=page)


@needs(Permission.CONTRACT_EDIT)
def edit_contract(code: str, contract_id: int) -> AnyResponse:
    """Put right how a contract was entered."""
    project, contract = contract_for(code, contract_id)
    form = contract_form({**given_of_contract(contract), "key": new_key()})
    page = _page(
        project,
        contract,
        _("Sửa hợp đồng"),
        (*CONTRACT_GROUPS, ("reason",)),
        "contract.amended",
        {
            **contract_hints(),
            "reason": _("ít nhất 10 ký tự; thay đổi hai bên đã thỏa thuận thì nhập phụ lục"),
        },
    )
    return submit(
        form,
        page,
        lambda session: amend_contract(
            session,
            act(),
            AmendContract(
                contract_id, row_version(form.row_version), form.details(), form.reason.data
            ),
        ),
        lambda _kept: _back(code, contract_id),
        lambda: contract_to_edit(code, contract_id),
    )


@needs(Permission.CONTRACT_EDIT)
def terminate(code: str, contract_id: int) -> AnyResponse:
    """End a contract before its time."""
    project, contract = contract_for(code, contract_id)
    form = TerminateForm(data={"on": today()})
    title, hints = _("Chấm dứt hợp đồng"), {"reason": _("ít nhất 10 ký tự")}
    page = _page(project, contract, title, (("on",), ("reason",)), "contract.terminated", hints)
    return submit(
        form,
        page,
        lambda session: terminate_contract(session, act(), form.command(contract_id)),
        lambda _kept: _back(code, contract_id),
        lambda: contract_to_end(code, contract_id),
    )


@needs(Permission.CONTRACT_EDIT)
def append(code: str, contract_id: int) -> AnyResponse:
    """Enter an appendix of a contract."""
    project, contract = contract_for(code, contract_id)
    form = AppendixForm(data={"key": new_key(), "signed_on": today()})
    groups = (("number", "signed_on", "kind"), ("value_after", "ends_on_after"), ("reason",))
    hints = {
        "value_after": _("hiện nay %(value)s", value=dong(contract.fact.value)),
        "ends_on_after": _("hiện nay %(day)s", day=day(contract.fact.end_on)),
    }
    page = _page(project, contract, _("Nhập phụ lục"), groups, "contract.appended", hints)
    return submit(
        form,
        page,
        lambda session: record_appendix(session, act(), form.command(contract_id)),
        lambda _kept: _back(code, contract_id),
    )


@needs(Permission.CONTRACT_EDIT)
def guarantee(code: str, contract_id: int) -> AnyResponse:
    """Enter a guarantee of a contract."""
    project, contract = contract_for(code, contract_id)
    form = GuaranteeForm(data={"key": new_key()})
    groups = (("kind", "number"), ("bank", "value"), ("issued_on", "valid_until"))
    page = _page(project, contract, _("Nhập bảo lãnh"), groups, "guarantee.recorded")
    return submit(
        form,
        page,
        lambda session: record_guarantee(session, act(), form.command(contract_id)),
        lambda _kept: _back(code, contract_id),
    )


@needs(Permission.CONTRACT_EDIT)
def release(code: str, contract_id: int, guarantee_id: int) -> AnyResponse:
    """Note that a guarantee was given back."""
    project, contract = contract_for(code, contract_id)
    found = guarantee_for(code, contract_id, guarantee_id)
    form = ReleaseForm(data={"on": today()})
    title = f"{_('Giải tỏa bảo lãnh')}: {guarantee_kind_words(found.kind)} {found.number}"
    page = _page(project, contract, title, (("on",),), "guarantee.released")
    return submit(
        form,
        page,
        lambda session: release_guarantee(session, act(), form.command(guarantee_id)),
        lambda _kept: _back(code, contract_id),
        lambda: guarantee_to_release(code, contract_id, guarantee_id),
    )


@needs(Permission.CONTRACT_EDIT)
def accept(code: str, contract_id: int) -> AnyResponse:
    """Enter accepted work."""
    project, contract = contract_for(code, contract_id)
    form = AcceptanceForm(data={"key": new_key(), "accepted_on": today()})
    left = contract.fact.value - contract.fact.accepted
    hints = {
        "amount": _("chưa nghiệm thu %(left)s", left=dong(left)),
        "kind": _("nghiệm thu hoàn thành khép lại hợp đồng"),
    }
    groups = (("accepted_on", "kind"), ("amount",), ("note",))
    page = _page(project, contract, _("Nhập nghiệm thu"), groups, "acceptance.recorded", hints)
    return submit(
        form,
        page,
        lambda session: record_acceptance(session, act(), form.command(contract_id)),
        lambda _kept: _back(code, contract_id),
    )


@needs(Permission.CONTRACT_EDIT)
def reverse(code: str, contract_id: int, acceptance_id: int) -> AnyResponse:
    """Undo an acceptance by its opposite."""
    project, contract = contract_for(code, contract_id)
    turns = acceptances_of(db.session(), contract_id, today())
    found = next((one for one in turns if one.id == acceptance_id), None)
    if found is None:
        abort(404)
    form = ReverseForm(data={"key": new_key()})
    title = _("Đảo nghiệm thu đợt %(turn)s", turn=found.turn)
    hints = {"reason": _("ít nhất 10 ký tự")}
    page = _page(project, contract, title, (("reason",),), "acceptance.reversed", hints)
    return submit(
        form,
        page,
        lambda session: reverse_acceptance(session, act(), form.command(acceptance_id)),
        lambda _kept: _back(code, contract_id),
    )


def contract_hints() -> dict[str, str]:
    """Return what stands under the fields of a contract."""
    return {
        "advance_limit": _("để trống: mức chung của pháp luật"),
        "tax_code_1": _("đã có trong hệ thống thì không cần nhập tên"),
        "share_1": _("để trống nếu chỉ có một nhà thầu"),
    }


def _page(
    project: ProjectDetail,
    contract: ContractRow,
    title: str,
    groups: tuple[tuple[str, ...], ...],
    deed: str,
    hints: dict[str, str] | None = None,
) -> FormPage:
    return FormPage(
        title,
        (contract.number, *(member.name for member in contract.members), project.name),
        crumbs(project, (contract.number, _back(project.code, contract.id)), (title, None)),
        groups,
        _("Lưu"),
        _back(project.code, contract.id),
        deed,
        _("Đã lưu."),
        hints or {},
    )


def _back(code: str, contract_id: int) -> str:
    return url_for("packages.show_contract", code=code, contract_id=contract_id)


__all__ = [
    "accept",
    "append",
    "contract_hints",
    "edit_contract",
    "guarantee",
    "release",
    "reverse",
    "show_contract",
    "terminate",
]
