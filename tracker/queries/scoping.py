"""The one predicate that keeps people inside their scope; lists, totals and details share it."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.people import Scope
from tracker.models import Organisation, Project, Request


def _below(
    path_column: InstrumentedAttribute[Any] | ColumnElement[Any], path: str
) -> ColumnElement[bool]:
    # "/1/5/" up to "/1/50": the character after "/" is "0", so the span is the subtree exactly.
    return and_(path_column >= path, path_column < path[:-1] + "0")


def _within(
    scope: Scope,
    path_column: InstrumentedAttribute[Any] | ColumnElement[Any],
    owner_column: InstrumentedAttribute[Any] | ColumnElement[Any],
) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    parts = [_below(path_column, path) for path in sorted(scope.unit_paths)]
    if scope.organisation_ids:
        parts.append(owner_column.in_(sorted(scope.organisation_ids)))
    return or_(*parts) if parts else false()


def visible_projects(scope: Scope, table: type[Project] = Project) -> ColumnElement[bool]:
    """Return the condition on Project, or an alias of it, that keeps the rows within the scope."""
    return _within(scope, table.unit_path, table.owner_id)


def visible_organisations(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on Organisation that keeps the rows within the scope."""
    return _within(scope, Organisation.unit_path, Organisation.id)


def visible_rows(scope: Scope, table: FromClause) -> ColumnElement[bool]:
    """Return the condition on rows that repeat their project's unit and owner."""
    return _within(scope, table.c.unit_path, table.c.owner_id)


def below_unit(path_column: InstrumentedAttribute[Any], path: str) -> ColumnElement[bool]:
    """Return the condition that a path lies in the subtree of the unit with this path."""
    return _below(path_column, path)


def visible_requests(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on Request that keeps those whose place lies within the scope."""
    return _within(scope, Request.unit_path, Request.organisation_id)
