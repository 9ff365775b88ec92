"""What the rules answer when they say no. Each refusal carries data; the web floor finds words.

Refusals about money, plans and payments stand in their own rooms (`disbursements`, `plans`,
`scenarios`, `projects`); here are the base and those that belong to no room.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A rule says no. The web floor shows it to the person as a 422 or a 409."""

    @property
    def name(self) -> str:
        """Return the stable lower_snake name of this kind of refusal, for logs and words."""
        return _CAPITAL.sub("_", type(self).__name__).lower()

    @property
    def data(self) -> dict[str, Any]:
        """Return what the refusal carries, by field name."""
        return {name: getattr(self, name) for name in getattr(self, "__dataclass_fields__", ())}

    def __str__(self) -> str:
        """Return name and data, for the log; never shown to a person."""
        told = ", ".join(f"{key}={value!s}" for key, value in self.data.items())
        return f"{self.name}({told})"


class Flaw(StrEnum):
    """What is wrong with something typed."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    ZERO = "zero"
    TOO_LARGE = "too_large"
    FRACTION_OF_DONG = "fraction_of_dong"
    TOO_LONG = "too_long"
    FORBIDDEN_CHARACTER = "forbidden_character"


@dataclass(eq=False)
class Malformed(Refusal):
    """What was typed cannot be read. `code` says why."""

    code: Flaw


@dataclass(eq=False)
class ChangedRequest(Refusal):
    """The same key came again with another content: one of the two is a mistake (409)."""

    subject: str


@dataclass(eq=False)
class StaleEdit(Refusal):
    """The record changed after it was read: the person must look again (409)."""

    expected: int
    found: int


@dataclass(eq=False)
class OutOfScope(Refusal):
    """The right is held, but not over this record."""

    permission: str
    subject: str


SHORTEST_REASON = 10
"""Characters a reason has at least."""


@dataclass(eq=False)
class ReasonRequired(Refusal):
    """The deed cannot be undone or departs from the rule: it needs a reason in words."""

    deed: str


@dataclass(eq=False)
class AlreadyTaken(Refusal):
    """Another record holds this code or name."""

    field: str
    value: str
    holder_id: int | None = None
