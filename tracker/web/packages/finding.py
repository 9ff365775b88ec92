"""Finds what an address of this room names, or answers that nothing is there."""

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from tracker.db import db
from tracker.domain.people import Permission
from tracker.queries.contracts import ContractRow, PackageRow, contract_of, packages_of
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.web.guard import current_actor
from tracker.web.session import today

Crumb = dict[str, str | None]


def project_for(code: str, permission: Permission) -> ProjectDetail:
    """Return a project if the right is held over it; else nothing is said to be there."""
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project


def package_for(code: str, package_id: int) -> tuple[ProjectDetail, PackageRow]:
    """Return a package that this person may keep, with its project."""
    project = project_for(code, Permission.CONTRACT_EDIT)
    scope = current_actor().scope_of(Permission.CONTRACT_EDIT)
    found = packages_of(db.session(), scope, project.id)
    package = next((one for one in found if one.id == package_id), None)
    if package is None:
        abort(404)
    return project, package


def contract_for(code: str, contract_id: int) -> tuple[ProjectDetail, ContractRow]:
    """Return a contract that this person may keep, with its project, as of today."""
    project = project_for(code, Permission.CONTRACT_EDIT)
    scope = current_actor().scope_of(Permission.CONTRACT_EDIT)
    contract = contract_of(db.session(), scope, project.id, contract_id, today())
    if contract is None:
        abort(404)
    return project, contract


def crumbs(project: ProjectDetail, *more: tuple[str, str | None]) -> tuple[Crumb, ...]:
    """Return the way to a page of this room."""
    way: list[tuple[str, str | None]] = [
        (pgettext("nhiều", "Dự án"), url_for("projects.list_projects")),
        (project.code, url_for("projects.show_project", code=project.code)),
        (_("Gói thầu và hợp đồng"), url_for("packages.show_contracts", code=project.code)),
        *more,
    ]
    return tuple({"label": label, "url": url} for label, url in way)
