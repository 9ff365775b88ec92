"""Form fields for our own types."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, StringField, ValidationError
from wtforms.widgets import HiddenInput, TextArea

from tracker.domain.money import Dong, MoneyUnit, NumeralStyle, parse_dong
from tracker.domain.refusals import Flaw, Malformed
from tracker.domain.text import clean_line, clean_text
from tracker.web.form_token import PersonalToken
from tracker.web.formats import money
from tracker.web.speech import language
from tracker.web.words import malformed_money

LONGEST_LINE = 500
LONGEST_BLOCK = 2_000
MOST_DIGITS = 5


class FormWords:
    """What WTForms itself finds wrong with a field, in the reader's language."""

    def gettext(self, string: str) -> str:
        """Return our sentence for one of WTForms'; it may still hold a number to fill in."""
        return {
            "This field is required.": _("Hãy nhập mục này."),
            "Not a valid choice.": _("Hãy chọn một giá trị trong danh sách."),
            "Invalid Choice: could not coerce.": _("Hãy chọn một giá trị trong danh sách."),
            "Not a valid integer value.": _("Hãy nhập một số nguyên."),
            "Field cannot be longer than %(max)d characters.": _("Dài quá %(max)s ký tự."),
        }.get(string, string)

    def ngettext(self, _singular: str, plural: str, _n: int) -> str:
        """Return our sentence for one of WTForms' that counts."""
        return self.gettext(plural)


class SpokenForm(FlaskForm):
    """A form that speaks the reader's language."""

    class Meta(FlaskForm.Meta):
        """Where WTForms takes its sentences and the token of the form from."""

        csrf_class = PersonalToken

        def get_translations(self, _form: Any) -> FormWords:
            """Return our sentences; WTForms has none in Vietnamese."""
            return FormWords()


class ChosenField(StringField):
    """A text that the page offered, so that no person typed it."""


class DongField(StringField):
    """A positive whole number of đồng typed as the page writes it: 1.234.567 or 1,234,567.

    `data` is None when nothing, or nothing readable, was typed; the typed text is kept.
    """

    data: Dong | None  # type: ignore[assignment]

    def __init__(self, *args: Any, unit: MoneyUnit = MoneyUnit.DONG, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the text; refuse anything but a positive whole amount."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = parse_dong(text, self.unit, numeral_style())
        except Malformed as fault:
            raise ValueError(malformed_money(fault.code)) from fault

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else money(self.data)


class DayField(Field):
    """A day, typed 30/04/2025 or sent by a date input as 2025-04-30."""

    data: date | None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the day; refuse what is no day between 2000 and 2100."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        day = read_day(text)
        if day is None:
            raise ValueError(_("Ngày không đúng. Hãy nhập dạng 30/04/2025."))
        self.data = day

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""


class LineField(StringField):
    """One line of text: NFC, trimmed, without control or direction characters."""

    data: str

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Clean the text; refuse characters that cannot be seen."""
        self.data = ""
        if not valuelist:
            return
        try:
            self.data = clean_line(str(valuelist[0]), LONGEST_LINE)
        except Malformed as fault:
            raise ValueError(_line_words(fault)) from fault

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data and self.errors else self.data or ""


def _line_words(fault: Malformed, most: int = LONGEST_LINE) -> str:
    if fault.code is Flaw.TOO_LONG:
        return _("Dài quá %(max)s ký tự.", max=most)
    return _("Có ký tự không hiển thị được. Hãy xóa và gõ lại dòng này.")


class BlockField(LineField):
    """Several lines of text: NFC, trimmed, without control or direction characters."""

    widget = TextArea()

    def __init__(self, *args: Any, most: int = LONGEST_BLOCK, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, **{"render_kw": {"rows": rows}, **kwargs})
        self.most = most

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Clean the text; refuse characters that cannot be seen."""
        self.data = ""
        if not valuelist:
            return
        try:
            self.data = clean_text(str(valuelist[0]), self.most)
        except Malformed as fault:
            raise ValueError(_line_words(fault, self.most)) from fault


class CountField(StringField):
    """A whole number from 0 on; `data` is None when nothing, or nothing readable, was typed."""

    data: int | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number; refuse anything else."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise ValueError(_("Hãy nhập một số nguyên."))
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class KeyField(LineField):
    """The key of a form, minted when it was shown: what is sent with it twice is done once."""

    widget = HiddenInput()


def numeral_style() -> NumeralStyle:
    """Return how amounts are typed on this page: as its language writes them."""
    is_english = language().marks == NumeralStyle.ENGLISH.marks
    return NumeralStyle.ENGLISH if is_english else NumeralStyle.VIETNAMESE


def read_day(text: str) -> date | None:
    """Return the day the text names (2025-04-30 or 30/04/2025), or None."""
    parts = text.split("/")
    if len(parts) == 3:
        text = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}"
    if len(text) != 10 or not text.isascii():
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def refuse_unknown(form: Form, sent: Sequence[str]) -> list[str]:
    """Return the names sent that the form does not have."""
    return sorted(set(sent) - set(form.data) - {"csrf_token"})


__all__ = [
    "BlockField",
    "CountField",
    "DayField",
    "DongField",
    "KeyField",
    "LineField",
    "SpokenForm",
    "ValidationError",
    "numeral_style",
    "read_day",
    "refuse_unknown",
]
