"""What a form on a package, a contract or a guarantee is compared with when it is sent."""

from flask import abort
from flask_babel import gettext as _

from tracker.queries.contracts import GuaranteeRow
from tracker.web.contract_words import (
    contract_state_words,
    contract_type_words,
    guarantee_kind_words,
    package_state_words,
)
from tracker.web.formats import day, dong
from tracker.web.merging import Stored
from tracker.web.packages.finding import contract_for, package_for
from tracker.web.packages.forms import given_of, given_of_contract


def package_to_edit(code: str, package_id: int) -> Stored:
    """Return a package as the form that edits it is filled."""
    _project, package = package_for(code, package_id)
    return Stored(package.row_version, given_of(package))


def package_to_move(code: str, package_id: int) -> Stored:
    """Return what of a package is shown when it changed while its next state was chosen."""
    _project, package = package_for(code, package_id)
    award = package.award
    facts = {
        _("Trạng thái"): package_state_words(package.state),
        _("Số hiệu gói thầu"): package.number,
        _("Tên gói thầu"): package.name,
        _("Giá gói thầu"): dong(package.price),
        _("Giá trúng thầu"): "" if award is None else dong(award),
        _("Ngày có kết quả"): "" if package.result_on is None else day(package.result_on),
        _("Loại hợp đồng"): contract_type_words(package.contract_type),
    }
    return Stored(package.row_version, facts=facts)


def contract_to_edit(code: str, contract_id: int) -> Stored:
    """Return a contract as the form that edits it is filled."""
    _project, contract = contract_for(code, contract_id)
    return Stored(contract.row_version, given_of_contract(contract))


def contract_to_end(code: str, contract_id: int) -> Stored:
    """Return what of a contract is shown when it changed while its end was entered."""
    _project, contract = contract_for(code, contract_id)
    facts = {
        _("Trạng thái"): contract_state_words(contract.state),
        _("Số hợp đồng"): contract.number,
        _("Ngày ký"): day(contract.signed_on),
        _("Giá trị hợp đồng"): dong(contract.value),
        _("Ngày bắt đầu"): day(contract.starts_on),
        _("Ngày kết thúc"): day(contract.ends_on),
        _("Nhà thầu"): "; ".join(member.name for member in contract.members),
    }
    return Stored(contract.row_version, facts=facts)


def guarantee_to_release(code: str, contract_id: int, guarantee_id: int) -> Stored:
    """Return what of a guarantee is shown when it changed while its release was entered."""
    found = guarantee_for(code, contract_id, guarantee_id)
    released = found.released_on
    facts = {
        _("Loại bảo lãnh"): guarantee_kind_words(found.kind),
        _("Số bảo lãnh"): found.number,
        _("Ngân hàng"): found.bank,
        _("Giá trị"): dong(found.value),
        _("Hiệu lực đến"): day(found.valid_until),
        _("Ngày giải tỏa"): "" if released is None else day(released),
    }
    return Stored(found.row_version, facts=facts)


def guarantee_for(code: str, contract_id: int, guarantee_id: int) -> GuaranteeRow:
    """Return a guarantee of a contract that this person may keep."""
    _project, contract = contract_for(code, contract_id)
    found = next((one for one in contract.guarantees if one.id == guarantee_id), None)
    if found is None:
        abort(404)
    return found
