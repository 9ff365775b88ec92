"""The one predicate that keeps people inside their scope; lists, totals and details share it."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.people import Actor, Permission, Scope
from tracker.models import Directive, Notice, Organisation, Project, Request

Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def _below(path_column: Column, path: str) -> ColumnElement[bool]:
    # "/1/5/" up to "/1/50": the character after "/" is "0", so the span is the subtree exactly.
    return and_(path_column >= path, path_column < path[:-1] + "0")


def within(
    scope: Scope,
    path_column: Column,
    owner_column: Column,
    project_column: Column | None = None,
) -> ColumnElement[bool]:
    """Return the condition that a row of this unit, owner and project is within the scope."""
    if scope.everything:
        return true()
    parts = [_below(path_column, path) for path in sorted(scope.unit_paths)]
    if scope.organisation_ids:
        parts.append(owner_column.in_(sorted(scope.organisation_ids)))
    if scope.project_ids and project_column is not None:
        parts.append(project_column.in_(sorted(scope.project_ids)))
    return or_(*parts) if parts else false()


def visible_projects(scope: Scope, table: type[Project] = Project) -> ColumnElement[bool]:
    """Return the condition on Project, or an alias of it, that keeps the rows within the scope."""
    return within(scope, table.unit_path, table.owner_id, table.id)


def visible_organisations(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on Organisation that keeps those wholly within the scope."""
    return within(scope, Organisation.unit_path, Organisation.id)


def single_projects(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on Project that keeps those within the scope by their own name alone.

    Their owners' sums are out of reach: what such a project did is added up by itself.
    """
    if scope.everything or not scope.project_ids:
        return false()
    by_owner = within(scope, Project.unit_path, Project.owner_id)
    return and_(Project.id.in_(sorted(scope.project_ids)), ~by_owner)


def named_organisations(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on Organisation for those whose name stands beside a visible project."""
    if scope.everything or not scope.project_ids:
        return visible_organisations(scope)
    owners = select(Project.owner_id).where(single_projects(scope))
    return or_(visible_organisations(scope), Organisation.id.in_(owners))


def visible_rows(scope: Scope, table: FromClause) -> ColumnElement[bool]:
    """Return the condition on rows that repeat their project's unit and owner."""
    return within(scope, table.c.unit_path, table.c.owner_id, table.c.project_id)


def below_unit(path_column: InstrumentedAttribute[Any], path: str) -> ColumnElement[bool]:
    """Return the condition that a path lies in the subtree of the unit with this path."""
    return _below(path_column, path)


def visible_requests(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on Request that keeps those whose place lies within the scope.

    The place is that of the day it was asked; a project that moved since is looked at as it is.
    """
    return and_(
        within(scope, Request.unit_path, Request.organisation_id, Request.project_id),
        _still_within(scope, Request.project_id),
    )


def _still_within(scope: Scope, project_column: Column) -> ColumnElement[bool]:
    """Return the condition that a row is of no project, or of one within the scope by now."""
    if scope.everything:
        return true()
    projects = select(Project.id).where(visible_projects(scope))
    return or_(project_column.is_(None), project_column.in_(projects))


def heard_by(scope: Scope, audience: Column) -> ColumnElement[bool]:
    """Return the condition that a scope reaches an organisation spelled in an audience.

    Those addressed, and whoever stands above them; a single project reaches no organisation.
    """
    if scope.everything:
        return true()
    marks = [f"|{path}" for path in sorted(scope.unit_paths)]
    marks += [f"#{number}#" for number in sorted(scope.organisation_ids)]
    return or_(*(audience.contains(mark, autoescape=True) for mark in marks)) if marks else false()


def visible_directives(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Directive: issued by this person, or to whom their right reaches.

    Source: docs/security.md, row 32.
    """
    if not actor.may(Permission.DIRECTIVE_READ):
        return false()
    scope = actor.scope_of(Permission.DIRECTIVE_READ)
    return or_(heard_by(scope, Directive.audience), Directive.issued_by == actor.id)


def visible_notices(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Notice that keeps what the person was told and may still see."""
    by_scope: dict[Scope, list[Permission]] = {}
    for permission in Permission:
        scope = actor.scope_of(permission)
        if not scope.is_empty:
            by_scope.setdefault(scope, []).append(permission)
    seen = [
        and_(
            Notice.permission.in_(rights),
            within(scope, Notice.unit_path, Notice.organisation_id, Notice.project_id),
            _still_within(scope, Notice.project_id),
        )
        for scope, rights in by_scope.items()
    ]
    is_open = and_(Notice.permission.is_(None), true() if actor.grants else false())
    return and_(Notice.person_id == actor.id, or_(is_open, *seen))
