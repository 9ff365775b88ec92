"""What the list for the meeting shows: projects by form R4, directives by form R12, and why.

Nothing is edited here; what is listed is chosen in the address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from tracker.queries.difficulties import DifficultyRow
from tracker.queries.directives import DirectiveRow
from tracker.queries.meeting import Agenda, Why
from tracker.queries.slowness import Judged
from tracker.web.area import Area
from tracker.web.directive_lines import DirectiveLine
from tracker.web.flagging import class_words
from tracker.web.matters import cause_words as difficulty_words
from tracker.web.reading import Reading
from tracker.web.slow_lines import Beside, SlowLine, slow_line
from tracker.web.speech import named

TAKES = (5, 10, 20)
"""How many of each kind may be asked for."""


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project to be talked about, by form R4, and why it is listed."""

    line: SlowLine
    reasons: tuple[str, ...]
    drop_url: str


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One directive to be talked about, by form R12, and why it is listed."""

    line: DirectiveLine
    reasons: tuple[str, ...]
    drop_url: str


@dataclass(frozen=True)
class MeetingPage:
    """The list for the meeting as this person may see it."""

    reading: Reading
    area: Area
    wanted: tuple[Why, ...]
    take: int
    projects: tuple[ProjectLine, ...]
    directives: tuple[MatterLine, ...]
    left_out: tuple[str, ...]
    all_url: str
    brief_url: str
    may_issue: bool

    @staticmethod
    def address(endpoint: str, **changes: str) -> str:
        """Return another address of exactly this list: a file of it."""
        return address(endpoint, **changes)

    @property
    def choices(self) -> tuple[tuple[str, str, bool], ...]:
        """Return every reason to be listed: its code, its words, whether it is asked for."""
        return tuple((one.value, why_words(one), one in self.wanted) for one in Why)


@named
def why_words(why: Why) -> str:
    """Return why something is listed."""
    return {
        Why.WORST: _("nhiều tiền bị chậm nhất"),
        Why.WORSENED: _("mới xấu đi trong 7 ngày"),
        Why.DIFFICULTY: _("có vướng mắc chờ anh/chị"),
        Why.LATE: _("chỉ đạo quá hạn"),
        Why.ASKED: _("chỉ đạo chờ anh/chị trả lời"),
    }[why]


def address(endpoint: str = "brief.show_meeting", /, **changes: str | None) -> str:
    """Return this list's address as it is asked for now, with some parameters changed."""
    args = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    args += [(name, value) for name, value in changes.items() if value]
    return f"{url_for(endpoint)}?{urlencode(args)}" if args else url_for(endpoint)


def without(left_out: Sequence[str], code: str) -> str:
    """Return the address of the list without one more line."""
    return address(without=",".join((*left_out, code)))


def project_lines(
    found: Agenda,
    beside: Beside,
    waiting: Mapping[int, DifficultyRow],
    reading: Reading,
    left_out: Sequence[str],
) -> tuple[ProjectLine, ...]:
    """Return the projects to be talked about, those left out of the list left out.

    `waiting` has the difficulties that wait for whoever looks, by project.
    """
    return tuple(
        ProjectLine(
            slow_line(one, found.years.get(number), found.causes.get(number), beside, reading),
            tuple(_reasons(one, found, waiting)),
            without(left_out, one.card.code),
        )
        for one in found.projects
        for number in (one.card.id,)
        if one.card.code not in left_out
    )


def directive_lines(
    lines: Sequence[tuple[DirectiveLine, tuple[str, ...]]], left_out: Sequence[str]
) -> tuple[MatterLine, ...]:
    """Return the directives to be talked about, each once with every reason."""
    kept: dict[str, MatterLine] = {}
    for line, reasons in lines:
        code = directive_code(line.row)
        known = kept.get(code)
        if known is not None:
            kept[code] = replace(known, reasons=(*known.reasons, *reasons))
        elif code not in left_out:
            kept[code] = MatterLine(line, reasons, without(left_out, code))
    return tuple(kept.values())


def directive_code(row: DirectiveRow) -> str:
    """Return what an address calls a directive that is left out."""
    return f"directive-{row.id}"


def _reasons(one: Judged, found: Agenda, waiting: Mapping[int, DifficultyRow]) -> list[str]:
    """Return in words why a project is listed."""
    number, reasons = one.card.id, []
    if number in found.worst:
        reasons.append(_("nhiều tiền bị chậm nhất, thứ %(place)s", place=found.worst[number]))
    moved = found.worsened.get(number)
    if moved is not None and moved.before and moved.after:
        reasons.append(
            _(
                "mới xấu đi: %(before)s → %(after)s",
                before=class_words(moved.before.klass),
                after=class_words(moved.after.klass),
            )
        )
    if waits := waiting.get(number):
        reasons.append(_("vướng mắc chờ anh/chị: %(cause)s", cause=difficulty_words(waits.cause)))
    return reasons
