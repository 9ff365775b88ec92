"""What is typed about a contractor: shape only."""

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, Optional

from tracker.services.contractors import AmendContractor
from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.fields import LineField


class ContractorForm(DeedForm):
    """What is known of a contractor; its tax code stays."""

    name = LineField(
        lazy_gettext("Tên nhà thầu"),
        [InputRequired(lazy_gettext("Hãy nhập tên nhà thầu.")), Length(max=300)],
    )
    address = LineField(lazy_gettext("Địa chỉ"), [Optional(), Length(max=300)])
    representative = LineField(lazy_gettext("Người đại diện"), [Optional(), Length(max=120)])
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, contractor_id: int) -> AmendContractor:
        """Return the order."""
        text = self.row_version.data or ""
        known = text.isascii() and text.isdigit() and len(text) < len(str(2**31))
        return AmendContractor(
            contractor_id,
            int(text) if known else -1,
            self.name.data,
            self.address.data,
            self.representative.data,
        )
