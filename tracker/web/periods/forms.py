"""What is typed about a lock: shape only; the service holds the rules."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.days import MONTHS
from tracker.domain.periods import Strength
from tracker.domain.projects import Tier
from tracker.services.periods import LockPeriod
from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.fields import LineField
from tracker.web.locking import strength_words
from tracker.web.words import choices

EVERYTHING = "everything"
_MOST_DIGITS = 18


class LockForm(DeedForm):
    """Which period is locked, for whom, and how firmly."""

    month = SelectField(
        lazy_gettext("Đến hết tháng"),
        [InputRequired(lazy_gettext("Hãy chọn tháng."))],
        choices=[],
    )
    place = SelectField(
        lazy_gettext("Phạm vi"),
        [InputRequired(lazy_gettext("Hãy chọn phạm vi."))],
        choices=[],
    )
    strength = RadioField(
        lazy_gettext("Mức khóa"),
        [InputRequired(lazy_gettext("Hãy chọn mức khóa."))],
        choices=lambda: choices(Strength, strength_words),
    )
    note = LineField(lazy_gettext("Ghi chú"), [Optional(), Length(max=500)])

    def command(self, year: int) -> LockPeriod:
        """Return the order; call only after validate() was true."""
        tier, organisation_id = read_place(self.place.data)
        strength = Strength(self.strength.data)
        return LockPeriod(
            year, int(self.month.data), strength, tier, organisation_id, self.note.data
        )


class ReopenForm(DeedForm):
    """Why a lock should be opened again."""

    reason = LineField(
        lazy_gettext("Lý do mở lại"),
        [
            InputRequired(lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")),
            Length(min=10, max=500, message=lazy_gettext("Hãy ghi lý do, 10 đến 500 ký tự.")),
        ],
    )


def read_place(text: str) -> tuple[Tier | None, int | None]:
    """Return the tier or the organisation that a choice stands for; the choices vouch for it."""
    kind, _colon, name = text.partition(":")
    if kind == "tier":
        return Tier(name), None
    if kind == "organisation" and name.isascii() and name.isdigit() and len(name) <= _MOST_DIGITS:
        return None, int(name)
    return None, None


def months_to_choose(ended: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    """Return the months that have ended as choices, the newest first."""
    return [(str(month), words) for month, words in reversed(ended) if month <= MONTHS]
