"""What is typed about the site: shape only; the services hold the rules."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.domain.attachments import Place
from tracker.domain.money import ZERO
from tracker.domain.refusals import Malformed
from tracker.domain.text import clean_text
from tracker.domain.works import MOST_PARTS, WHOLE, Part
from tracker.services.works import PlaceSite, ReportProgress
from tracker.web.deeds import DeedForm, day_field, lazy_gettext
from tracker.web.fields import DongField, KeyField, LineField
from tracker.web.uploads import PHOTOGRAPHS, FilesField

MOST_PHOTOGRAPHS = 6
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?")
_DEGREES = re.compile(r"([+-]?)(\d{1,3})(?:[.,](\d{1,6}))?")


class PercentField(StringField):
    """A percentage of 0 to 100 with up to two decimals; `data` counts hundredths of 1 %."""

    data: int | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number; refuse anything else."""
        self.data = None
        text = str(valuelist[0]).strip().removesuffix("%").strip() if valuelist else ""
        if not text:
            return
        found = _PERCENT.fullmatch(text) if text.isascii() else None
        share = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else -1
        if not 0 <= share <= WHOLE:
            raise ValueError(_("Hãy nhập từ 0 đến 100, ví dụ 45,5."))
        self.data = share

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        whole, rest = divmod(self.data, 100)
        return f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)


class DegreesField(StringField):
    """A latitude or a longitude; `data` counts millionths of a degree."""

    data: int | None  # type: ignore[assignment]

    def __init__(self, *args: Any, most: int = 90, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number; refuse anything else."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        found = _DEGREES.fullmatch(text) if text.isascii() else None
        if found is None:
            raise ValueError(_("Hãy nhập độ dạng thập phân, ví dụ 20,9373."))
        angle = int(found[2]) * 1_000_000 + int((found[3] or "0").ljust(6, "0"))
        if angle > self.most * 1_000_000:
            raise ValueError(_("Hãy nhập từ −%(most)s đến %(most)s độ.", most=self.most))
        self.data = -angle if found[1] == "-" else angle

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 1_000_000:.6f}"


class LinesField(TextAreaField):
    """A few lines of text: NFC, trimmed, without characters that are not seen."""

    data: str

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Clean the text; refuse characters that cannot be seen."""
        self.data = ""
        if not valuelist:
            return
        try:
            self.data = clean_text(str(valuelist[0]), 1_000)
        except Malformed as fault:
            raise ValueError(
                _("Quá dài, hoặc có ký tự không hiển thị được. Hãy xóa và gõ lại.")
            ) from fault

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data and self.errors else self.data or ""


def _count(label: str) -> IntegerField:
    return IntegerField(
        label,
        [
            Optional(),
            NumberRange(0, 100_000, lazy_gettext("Hãy nhập một số nguyên từ 0 đến 100.000.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class ReportForm(DeedForm):
    """The report of one week; the rows of the parts are added by `report_form`."""

    week_on = SelectField(lazy_gettext("Tuần kết thúc thứ Sáu"))
    planned = PercentField(
        lazy_gettext("Kế hoạch lũy kế, phần trăm"),
        [Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    actual = PercentField(
        lazy_gettext("Thực tế lũy kế, phần trăm"),
        [Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    volumes = LinesField(lazy_gettext("Khối lượng chủ yếu trong tuần"), [Optional()])
    people = _count(lazy_gettext("Nhân lực, người"))
    machines = _count(lazy_gettext("Thiết bị, máy"))
    assessment = LinesField(lazy_gettext("Đánh giá, vướng mắc"), [Optional()])
    finish_forecast_on = day_field(lazy_gettext("Dự báo ngày hoàn thành"), [Optional()])
    photos = FilesField(
        lazy_gettext("Ảnh hiện trường"), accept=PHOTOGRAPHS, most=MOST_PHOTOGRAPHS, required=False
    )
    reason = LineField(lazy_gettext("Lý do"), [Optional(), Length(max=300)])
    corrects = HiddenField(lazy_gettext("Đính chính"))
    key = KeyField(lazy_gettext("Khóa"), [InputRequired()])

    def parts(self) -> tuple[Part, ...]:
        """Return the rows of components of which anything was typed."""
        rows = ([self[f"part_{n}_{name}"] for name in PART] for n in range(1, MOST_PARTS + 1))
        return tuple(
            Part(
                name.data or _("hạng mục"), value.data or ZERO, planned.data or 0, actual.data or 0
            )
            for name, value, planned, actual in rows
            if name.data or value.data
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that the percentages stand somewhere."""
        valid = super().validate(extra_validators)
        if valid and not self.parts():
            for field in (self.planned, self.actual):
                if field.data is None:
                    field.errors = [*field.errors, _("Hãy nhập tỷ lệ phần trăm.")]
                    valid = False
        return valid

    def command(self, project_id: int) -> ReportProgress:
        """Return the order."""
        corrects = self.corrects.data or ""
        known = corrects.isascii() and corrects.isdigit() and len(corrects) < len(str(2**62))
        return ReportProgress(
            project_id=project_id,
            week_on=date.fromisoformat(self.week_on.data),
            planned=self.planned.data or 0,
            actual=self.actual.data or 0,
            key=self.key.data,
            parts=self.parts(),
            volumes=self.volumes.data,
            people=self.people.data,
            machines=self.machines.data,
            assessment=self.assessment.data,
            finish_forecast_on=self.finish_forecast_on.data,
            corrects_id=int(corrects) if known else None,
            reason=self.reason.data,
        )


PART = ("name", "value", "planned", "actual")


def report_form(
    weeks: Sequence[tuple[str, str]], parts: Sequence[Part], data: dict[str, Any]
) -> ReportForm:
    """Return the form with its rows of components, filled in from the last report."""
    fields: dict[str, Any] = {}
    given = dict(data)
    for n in range(1, MOST_PARTS + 1):
        fields |= {
            f"part_{n}_name": LineField(_("Hạng mục"), [Optional(), Length(max=120)]),
            f"part_{n}_value": DongField(_("Giá trị"), [Optional()]),
            f"part_{n}_planned": PercentField(_("Kế hoạch, phần trăm"), [Optional()]),
            f"part_{n}_actual": PercentField(_("Thực tế, phần trăm"), [Optional()]),
        }
        if n <= len(parts):
            given |= {f"part_{n}_{name}": getattr(parts[n - 1], name) for name in PART}
    made: ReportForm = type("ReportFormByPart", (ReportForm,), fields)(data=given)
    made.week_on.choices = list(weeks)
    for field in (made.week_on, made.planned, made.actual):
        field.flags.required = True  # unless components stand for them; the form is its own judge
    return made


class SiteForm(DeedForm):
    """Where the works stand."""

    latitude = DegreesField(
        lazy_gettext("Vĩ độ"), [InputRequired(lazy_gettext("Hãy nhập vĩ độ."))], most=90
    )
    longitude = DegreesField(
        lazy_gettext("Kinh độ"), [InputRequired(lazy_gettext("Hãy nhập kinh độ."))], most=180
    )

    def command(self, project_id: int) -> PlaceSite:
        """Return the order."""
        return PlaceSite(project_id, Place(self.latitude.data or 0, self.longitude.data or 0))
