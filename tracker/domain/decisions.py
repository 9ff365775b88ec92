"""Kinds of decision taken about a project (DOMAIN §2.7)."""

import re
from enum import StrEnum

_NUMBER = re.compile(r"[0-9]{1,6}[a-zA-Z]?/[A-ZĐ0-9][A-ZĐ0-9&.\-/]{1,40}")


class DecisionKind(StrEnum):
    """What a decision settles."""

    POLICY = "policy"
    POLICY_ADJUSTMENT = "policy_adjustment"
    INVESTMENT = "investment"
    INVESTMENT_ADJUSTMENT = "investment_adjustment"
    DESIGN_ESTIMATE = "design_estimate"
    PROCUREMENT_PLAN = "procurement_plan"
    OWNER_ASSIGNMENT = "owner_assignment"
    EXTENSION = "extension"
    LAND_CLEARANCE = "land_clearance"
    SETTLEMENT = "settlement"
    TRANSFER = "transfer"


def is_decision_number(text: str) -> bool:
    """Tell whether the text is written like the number of a decision: 1947/QĐ-UBND."""
    return _NUMBER.fullmatch(text) is not None
