"""Runs one import: all that is wrong is told at once; a file is taken whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.imports import (
    HEADER_ROW,
    CellError,
    Column,
    ImportKind,
    Problem,
    Row,
    places_of,
)
from tracker.domain.requests import Limit, RequestKind
from tracker.models import ImportBatch
from tracker.services.history import record_change
from tracker.services.imports import (
    disbursements,
    organisations,
    plans,
    projects,
    scenarios,
    units,
)
from tracker.services.imports.prepared import Prepared, Reading
from tracker.services.progress import bump_version
from tracker.services.two_people import check_alone

MONEY = {ImportKind.PLANS: Limit.PLAN_DECREASE, ImportKind.DISBURSEMENTS: Limit.REVERSAL}
"""Files whose rows are money: many at once need two people, and so does taking more than this."""
_HOPELESS = frozenset({Problem.MISSING_COLUMN, Problem.NO_ROWS})
"""With these no row can be judged."""
_KINDS: dict[ImportKind, tuple[tuple[Column, ...], Callable[[Reading], Prepared]]] = {
    ImportKind.UNITS: (units.COLUMNS, units.prepare),
    ImportKind.ORGANISATIONS: (organisations.COLUMNS, organisations.prepare),
    ImportKind.PROJECTS: (projects.COLUMNS, projects.prepare),
    ImportKind.PLANS: (plans.COLUMNS, plans.prepare),
    ImportKind.SCENARIOS: (scenarios.COLUMNS, scenarios.prepare),
    ImportKind.DISBURSEMENTS: (disbursements.COLUMNS, disbursements.prepare),
}


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """The order to import the rows of one file; `file_hash` names its content."""

    kind: ImportKind
    header: tuple[str, ...]
    rows: Sequence[Row]
    file_name: str
    file_hash: str
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a file. With errors nothing was written, whatever else it says.

    `refused` counts the rows with an error. A trial says what would be made and changed.
    """

    kind: ImportKind
    read: int
    made: int
    changed: int
    unchanged: int
    refused: int
    errors: tuple[CellError, ...]
    warnings: tuple[CellError, ...]
    is_trial: bool
    batch_id: int | None

    @property
    def is_accepted(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.errors


def columns_of(kind: ImportKind) -> tuple[Column, ...]:
    """Return the columns that files of a kind may have."""
    return _KINDS[kind][0]


def import_rows(session: Session, act: Act, order: ImportOrder) -> ImportReport:
    """Take the rows of a file, all or none, and report; a trial only reports.

    Rows that are there already, by what makes them the ones they are, change nothing: the same
    file a second time changes nothing at all.

    Raises:
        OutOfScope: the permission for this kind of file is not held.
        NeedsSecondPerson: it brings in more money rows than one person may at once, or
            takes away more.
    """
    columns, prepare = _KINDS[order.kind]
    places, wrong = places_of(order.header, columns)
    if not order.rows:
        wrong.append(CellError(HEADER_ROW, "", Problem.NO_ROWS, ""))
    reading = Reading(
        session, act, order.rows, places, len(order.header), not order.is_trial, list(wrong)
    )
    if any(error.code in _HOPELESS for error in wrong):
        return _report(order, reading, Prepared(0, 0, 0, lambda: None), None)
    batch_id = None
    savepoint = session.begin_nested()
    try:
        prepared = prepare(reading)
        is_wanted = not reading.errors and not order.is_trial
        if is_wanted:
            if order.kind in MONEY:
                size = prepared.made + prepared.changed
                check_alone(session, act, RequestKind.IMPORT_ROWS, Limit.ROWS, size)
                most = MONEY[order.kind]
                check_alone(session, act, RequestKind.IMPORT_ROWS, most, prepared.taken)
            prepared.write()
            batch_id = _keep(session, act, order, prepared)
            savepoint.commit()
    finally:
        if savepoint.is_active:
            savepoint.rollback()
    return _report(order, reading, prepared, batch_id)


def _keep(session: Session, act: Act, order: ImportOrder, prepared: Prepared) -> int | None:
    """Keep the batch and its history entry; a file that changes nothing leaves no trace."""
    if not prepared.made and not prepared.changed:
        return None
    batch = ImportBatch(
        kind=order.kind.value,
        file_name=order.file_name,
        file_hash=order.file_hash,
        rows_read=len(order.rows),
        rows_made=prepared.made,
        rows_changed=prepared.changed,
        accepted_by=act.actor.id,
        accepted_at=act.at,
    )
    session.add(batch)
    session.flush()  # the history names the row
    record_change(
        session,
        act,
        f"import.{order.kind.value}",
        batch,
        batch.id,
        after={
            "file_name": batch.file_name,
            "file_hash": batch.file_hash,
            "rows_read": batch.rows_read,
            "rows_made": batch.rows_made,
            "rows_changed": batch.rows_changed,
        },
    )
    bump_version(session)
    return batch.id


def _report(
    order: ImportOrder, reading: Reading, prepared: Prepared, batch_id: int | None
) -> ImportReport:
    errors = sorted(reading.errors, key=lambda error: (error.row, error.column))
    refused = {error.row for error in errors if error.row != HEADER_ROW}
    is_accepted = not errors
    return ImportReport(
        order.kind,
        len(order.rows),
        prepared.made if is_accepted else 0,
        prepared.changed if is_accepted else 0,
        prepared.unchanged,
        len(refused),
        tuple(errors),
        tuple(sorted(reading.warnings, key=lambda warning: (warning.row, warning.column))),
        order.is_trial,
        batch_id,
    )
