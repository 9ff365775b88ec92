"""What the log and the history of a record show."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.people import Actor, Permission
from tracker.queries.history import LogRow, Record, RecordFacts, SealRow
from tracker.web.changes import DEEDS, ChangeWords, change_words, deed_words
from tracker.web.chips import Chip
from tracker.web.fields import read_day
from tracker.web.formats import day, number
from tracker.web.reading import Reading
from tracker.web.sealing import seal_words


@dataclass(frozen=True, slots=True)
class LogLine:
    """One change in words, with where it leads."""

    words: ChangeWords
    username: str
    person_url: str | None
    place: str | None
    project_name: str | None
    project_url: str | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log as it was asked for, newest first."""

    reading: Reading
    params: dict[str, str]
    deeds: tuple[tuple[str, str], ...]
    lines: tuple[LogLine, ...]
    older_url: str | None
    own_url: str
    seal: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The history of one record."""

    reading: Reading
    title: str
    facts: RecordFacts
    lines: tuple[LogLine, ...]
    older_url: str | None


def log_page(
    reading: Reading,
    params: dict[str, str],
    rows: Sequence[LogRow],
    actor: Actor,
    seal: SealRow | None,
    *,
    more: bool,
) -> LogPage:
    """Return the log."""
    older = None
    if more:
        older = url_for("history.list_changes", **params, before=rows[-1].change.id)  # type: ignore[arg-type]
    return LogPage(
        reading,
        params,
        tuple((code, deed_words(code)) for code in DEEDS),
        _lines(rows, actor),
        older,
        url_for("history.list_changes", person=actor.username),
        seal_words(seal),
        _chips(params),
    )


def record_page(
    reading: Reading,
    record: Record,
    number_: int,
    facts: RecordFacts,
    rows: Sequence[LogRow],
    actor: Actor,
    *,
    more: bool,
) -> RecordPage:
    """Return the history of one record."""
    older = None
    if more:
        older = url_for(
            "history.show_record", record=record.value, number=number_, before=rows[-1].change.id
        )
    titles = {
        Record.LINES: _("Lịch sử dòng kế hoạch"),
        Record.ENTRIES: _("Lịch sử bút toán"),
        Record.SCENARIOS: _("Lịch sử kịch bản"),
        Record.ORGANISATIONS: _("Lịch sử cơ quan, đơn vị"),
    }
    return RecordPage(reading, titles[record], facts, _lines(rows, actor), older)


def _chips(params: dict[str, str]) -> tuple[Chip, ...]:
    """Return the filters at work, in the order of the form."""
    labels = {
        "person": _("Tài khoản"),
        "deed": _("Việc"),
        "project": _("Mã dự án"),
        "from": _("Từ ngày"),
        "to": _("Đến hết ngày"),
    }
    return tuple(
        Chip(label, _told(name, params[name]), _without(params, name))
        for name, label in labels.items()
        if name in params
    )


def _told(name: str, value: str) -> str:
    if name == "deed":
        return deed_words(value)
    asked = read_day(value) if name in ("from", "to") else None
    return day(asked) if asked else value


def _without(params: dict[str, str], name: str) -> str:
    left = {one: value for one, value in params.items() if one != name}
    return url_for("history.list_changes", **left)  # type: ignore[arg-type]


def _lines(rows: Sequence[LogRow], actor: Actor) -> tuple[LogLine, ...]:
    reads_people = actor.may(Permission.PEOPLE_READ)
    words = change_words([row.change for row in rows])
    return tuple(
        LogLine(
            told,
            row.username,
            url_for("history.list_changes", person=row.username) if reads_people else None,
            None if row.seq is None else number(row.seq),
            row.project_name,
            url_for("projects.show_history", code=row.project_code) if row.project_code else None,
        )
        for row, told in zip(rows, words, strict=True)
    )
