"""What forms send that are filled in rightly, whichever place they are about."""

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]
A_FILE = "FILE"
"""Stands for a small document; see `intruding.sent`."""
REPORTED: Fields = {
    "week_on": "2025-05-02", "planned": "60", "actual": "55,5", "key": "ktuan",
    "volumes": "đắp nền 1.200 m³", "people": "40", "machines": "6", "assessment": "đạt",
    "finish_forecast_on": "2026-06-30", "reason": "báo để thử phạm vi", "corrects": "",
}  # fmt: skip
CLEARED: Fields = {
    "day": "2025-04-30", "area_total": "1000", "area_done": "500", "households": "10",
    "counted": "9", "approved": "8", "paid": "7", "handed_over": "6", "graves_total": "4",
    "graves_moved": "3", "lots_needed": "5", "lots_ready": "2", "money_approved": "9.000.000",
    "money_paid": "8.000.000", "advance_held": "1.000.000", "advance_on": "2025-01-02",
    "due_on": "2025-09-30", "claims_done": "y", "note": "báo mặt bằng", "key": "kmatbang",
}  # fmt: skip
PROJECT: Fields = {
    "name": "Dự án thử xâm nhập", "kind": "project", "tier": "commune", "sector": "10.3",
    "investment_class": "ii", "year_from": "2024", "year_to": "2026", "has_construction": "y",
    "started_on": "2024-03-01",
}  # fmt: skip
AMENDED: Fields = {"status": "under_construction", "halt": "", "basis": "", "row_version": 1}
DECISION: Fields = {
    "kind": "investment_adjustment", "number": "77/QĐ-UBND", "issued_on": "2025-04-01",
    "authority": "UBND tỉnh", "total_investment": "900.000.000.000.000", "row_version": 1,
}  # fmt: skip
PACKAGE: Fields = {
    "number": "THU-01", "name": "Gói thầu thử", "field": "works", "price": "2.000.000",
    "plan_decision": "12/QĐ-BQL", "plan_decided_on": "2024-02-01", "quarter": "2",
    "quarter_year": "2024", "selection_form": "open_bidding", "days": 100, "key": "kgoi",
    "selection_method": "one_stage_one_envelope", "contract_type": "lump_sum",
    "notice_number": "", "bids_closed_on": "", "bids_opened_on": "", "award": "1.900.000",
    "result_decision": "45/QĐ-BQL", "result_on": "2024-05-20",
}  # fmt: skip
CONTRACT: Fields = {
    "number": "THU/2024/HĐ", "signed_on": "2024-06-01", "value": "900.000.000.000.000",
    "type": "lump_sum", "starts_on": "2024-06-10", "days": 300, "tax_code_1": "0100109106",
    "contractor_1": "Nhà thầu thử", "share_1": "", "advance_limit": "", "advance_decision": "",
    "warranty_months": "", "reason": "", "key": "khopdong", "row_version": "",
    **{f"{name}_{place}": "" for name in ("tax_code", "contractor", "share") for place in (2, 3)},
}  # fmt: skip
ASSIGNED: Fields = {
    "year": "2025", "amount": "1.000.000", "number": "88/QĐ-UBND", "decided_on": "2025-04-01",
    "effective_on": "", "round": "", "note": "", "key": "kgiao", "kind": "supplement",
    "source": "SOURCE", "budget_tier": "province", "deadline_on": "",
}  # fmt: skip
MOVED: Fields = {
    "year": "2025", "amount": "1.000.000", "number": "99/QĐ-UBND", "decided_on": "2025-04-01",
    "effective_on": "", "round": "", "note": "", "key": "kchuyen", "line": "SOURCE:province",
    "to_source": "",
}  # fmt: skip
RAISED: Fields = {
    "cause": "materials", "gravity": "low", "description": "thiếu cát để thử",
    "arose_on": "2025-04-01", "due_on": "2025-05-15", "capital_at_stake": "1.000.000",
    "days_of_delay": "3", "responsible_organisation": "Sở Xây dựng",
    "responsible_person": "Người Thử", "proposal": "",
}  # fmt: skip
DIRECTED: Fields = {
    "content": "làm ngay để thử", "product": "biên bản", "due_on": "2025-05-30", "form": "remark",
    "responsible_person": "", "number": "", "document_on": "", "flag": "", "block": "",
    "tier": "", "q": "",
}  # fmt: skip
"""SOURCE stands for the number of the capital source that every place uses."""
