"""Kinds of decision taken about a project (DOMAIN §2.7)."""

import re
from enum import StrEnum

_LETTERS = "A-Za-zĐđĂăÂâÊêÔôƠơƯư"
_NUMBER = re.compile(rf"[0-9]{{1,6}}[a-zA-Z]?/[A-ZĐ0-9][{_LETTERS}0-9&.\-/]{{1,40}}")


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
    """Tell whether the text is written like the number of a decision.

    As they are: 1947/QĐ-UBND, 1508/QĐ-TTg, 42/2024/QĐ-TTg, 15/NQ-HĐND, 4738/BTC-TH.
    """
    return _NUMBER.fullmatch(text) is not None
