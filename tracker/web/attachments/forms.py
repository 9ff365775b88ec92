"""What is sent about a document: shape only; folder and service hold the rules."""

from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.attachments import KeptFile
from tracker.services.attachments import AttachFile, WithdrawFile
from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.fields import LineField
from tracker.web.uploads import FilesField, room_of_project


class UploadForm(DeedForm):
    """One document or photograph, and a word about it."""

    file = FilesField(lazy_gettext("Tệp"))
    note = LineField(lazy_gettext("Ghi chú"), [Optional(), Length(max=200)])

    def command(self, project_id: int, kept: KeptFile) -> AttachFile:
        """Return the order."""
        return AttachFile(
            project_id, "project", project_id, kept, self.note.data, room_of_project()
        )


class WithdrawForm(DeedForm):
    """Why a file is taken back."""

    reason = LineField(
        lazy_gettext("Lý do rút"), [InputRequired(lazy_gettext("Hãy ghi lý do rút tệp."))]
    )

    def command(self, file_id: int) -> WithdrawFile:
        """Return the order."""
        return WithdrawFile(file_id, self.reason.data)
