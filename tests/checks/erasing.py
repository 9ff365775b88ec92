"""No test of the product sees it erase what somebody entered: records end, they are not deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

FACTORS = frozenset({"authenticator", "recovery_code", "passkey", "spent_challenge"})
"""Taken away from an account; the history tells of it."""
COUNTED = frozenset({"sign_in_failure", "rate_count"})
"""Counts of attempts that are over."""
MADE_ANEW = frozenset(
    {
        *("owner_day", "owner_month", "source_day", "project_month"),
        *("project_standing", "standing_day", "standing_due", "red_span"),
    }
)
"""Sums and verdicts that follow from the records."""
TAKEN_BACK = frozenset({"project_location", "contract_member"})
"""A place a project no longer has, the shares of a consortium said anew; the history keeps them."""
ERASABLE = FACTORS | COUNTED | MADE_ANEW | TAKEN_BACK
_OF_MIGRATIONS = frozenset({"alembic_version"})


class ErasedError(AssertionError):
    """The product deleted rows that nobody may delete."""


@contextmanager
def nothing_is_erased() -> Iterator[None]:
    """Break off every DELETE of the product in whichever engine, but those of ERASABLE."""

    def look(
        _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
    ) -> None:
        # What a test writes as plain text on purpose is no deed of the product.
        if getattr(context, "isdelete", False):
            table = context.compiled.statement.table.name
            if table not in ERASABLE | _OF_MIGRATIONS:
                raise ErasedError(statement)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)
