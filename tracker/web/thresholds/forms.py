"""What is typed about a threshold: the value as people write it, and why it is set."""

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, Optional

from tracker.services.thresholds import SetThreshold
from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.fields import LineField
from tracker.web.thresholds.wishes import Wish


class SetForm(DeedForm):
    """Why a threshold is set; the value and its day are those of the preview."""

    value = HiddenField(lazy_gettext("Giá trị"))
    valid_from = HiddenField(lazy_gettext("Áp dụng từ ngày"))
    seen = HiddenField(lazy_gettext("Phiên bản"))
    reason = LineField(
        lazy_gettext("Lý do"),
        [InputRequired(lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")), Length(max=500)],
    )
    legal_basis = LineField(
        lazy_gettext("Căn cứ"), [Optional(), Length(max=200)], render_kw={"autocomplete": "off"}
    )

    def command(self, code: str, wish: Wish) -> SetThreshold:
        """Return the order; call only with a wish that was read.

        Raises:
            ValueError: value or day could not be read.
        """
        if wish.value is None or wish.valid_from is None:
            raise ValueError("no value, or no day")
        seen = self.seen.data or ""
        return SetThreshold(
            code,
            wish.value,
            wish.valid_from,
            self.reason.data,
            self.legal_basis.data,
            int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
        )
