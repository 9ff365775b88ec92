"""What every form that changes something shares: its checks, its act, its refusals, its thanks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, StringField
from wtforms.widgets import DateInput

from tracker.db import transaction
from tracker.domain.act import Act
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.services.requests import Asked
from tracker.web.fields import DayField, SpokenForm, refuse_unknown
from tracker.web.guard import current_actor
from tracker.web.session import clock, today

FIRST_YEAR, LAST_YEAR = 1990, 2100


def lazy_gettext(words: str) -> str:
    """Return words that are translated whenever they are shown: classes outlive a request."""
    return cast("str", LazyString(_, words))


def act() -> Act:
    """Return the deed of the signed-in person, now, in this request."""
    return Act(current_actor(), clock().now(), today(), g.get("request_id", ""))


class DeedForm(SpokenForm):
    """A form that refuses fields it does not have."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that nothing else was sent."""
        valid = bool(super().validate(extra_validators))
        unknown = refuse_unknown(self, [*request.form, *request.files])
        if unknown:
            self.form_errors.append(
                _(
                    "Biểu mẫu có trường không hiểu: %(names)s. Hãy mở lại trang rồi nhập lại.",
                    names=", ".join(name[:40] for name in unknown[:5]),
                )
            )
        return valid and not unknown

    def refuse(self, refusal: Refusal, words: str, field: str | None) -> None:
        """Put the sentence of a refusal beside its field, or on top of the form.

        Raises:
            OutOfScope: what is out of reach is not spoken of.
        """
        if isinstance(refusal, OutOfScope):
            raise refusal
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, words]
        else:
            self.form_errors.append(words)


def refused(
    form: DeedForm,
    deed: Callable[[Session], object],
    why: Callable[[Refusal], str],
    where: Callable[[Refusal], str | None],
    conflicts: tuple[type[Refusal], ...],
) -> int | None:
    """Do a deed in a transaction of its own; return None when it is done.

    Otherwise the refusal stands on the form, and the status of the answer is returned: 409 for
    what met another's change, 422 for the rest.
    """
    try:
        with transaction() as session:
            deed(session)
    except Refusal as refusal:
        form.refuse(refusal, why(refusal), where(refusal))
        return 409 if isinstance(refusal, conflicts) else 422
    return None


class YearField(StringField):
    """A year of four digits; `data` is None when nothing was typed."""

    data: int | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the year; refuse anything else."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        known = text.isascii() and text.isdigit() and len(text) == len(str(LAST_YEAR))
        if not known or not FIRST_YEAR <= int(text) <= LAST_YEAR:
            raise ValueError(_("Năm không đúng. Hãy nhập bốn chữ số, ví dụ 2025."))
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


def day_field(label: str, validators: Sequence[Any] = ()) -> Field:
    """Return a day with the browser's own calendar."""
    return DayField(label, list(validators), widget=DateInput())


def row_number(text: object) -> int:
    """Return the number of a row that a choice stands for; 0, which no row has, for none."""
    return int(text) if isinstance(text, str | int) and text else 0


def money_look(unit: str = "dong") -> dict[str, str]:
    """Return what makes a field repeat the amount as it is typed."""
    return {"data-money-echo": unit, "inputmode": "decimal", "autocomplete": "off"}


def keep_done(text: str, link: tuple[str, str] | None = None) -> None:
    """Keep for the next page what was done; `link` is an address and its words."""
    told: Mapping[str, Any] = {
        "text": text,
        "action": None,
        "link": None if link is None else {"url": link[0], "label": link[1]},
    }
    # Flask types what is flashed as text, and keeps whatever JSON can hold.
    flash(cast("str", told), "done")


def waiting_words(asked: Asked) -> str:
    """Return the sentence that says that a request waits for another person."""
    if asked.is_replay:
        return _("Đề nghị này đã gửi trước đó và đang chờ người thứ hai.")
    return _("Việc này cần hai người: đã gửi đề nghị, chờ người thứ hai duyệt.")


def wait_for_second(asked: Asked) -> Response:
    """Go to a request that now waits for another person, and say so there."""
    keep_done(waiting_words(asked))
    return redirect(url_for("requests.show_request", request_id=asked.request_id), 303)
