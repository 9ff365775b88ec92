"""What the address of the daily sheet asks for."""

from dataclasses import dataclass
from typing import Any

from flask import request

from tracker.queries.filters import search_words
from tracker.queries.open_lines import Show
from tracker.web.reading import LONGEST

SHEET_PARAMS = ("q", "show", "page", "size", "edit")
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the sheet asks for, and what in it was not understood."""

    text: str
    show: Show
    unknown: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    edit: int = 0

    @property
    def params(self) -> dict[str, Any]:
        """Return what must stand in a link to ask for the same lines, pages aside."""
        kept = {"q": self.text, "show": "" if self.show is Show.ALL else self.show.value}
        return {name: value for name, value in kept.items() if value}


def asked_sheet() -> Asked:
    """Return what the address asks for; what cannot be read falls back and is named."""
    text = " ".join(request.args.get("q", "")[:LONGEST].split())
    show, wrong = Show.ALL, tuple[str, ...]()
    chosen = request.args.get("show", "")
    if chosen:
        try:
            show = Show(chosen)
        except ValueError:
            wrong = ("show",)
    unknown = tuple(sorted(name[:LONGEST] for name in request.args if name not in SHEET_PARAMS))
    edit = request.args.get("edit", "")
    known = edit.isascii() and edit.isdigit() and len(edit) <= LONGEST_NUMBER
    return Asked(text, show, unknown, wrong, search_words(text), int(edit) if known else 0)
