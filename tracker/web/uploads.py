"""Files that a form sends in: the field, how they are kept, and why one is not taken."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field, ValidationError
from wtforms.widgets import FileInput

from tracker.domain.attachments import (
    KIND_OF_ENDING,
    MEGABYTE,
    FileFault,
    FileRefused,
    KeptFile,
)
from tracker.domain.refusals import Refusal
from tracker.files.folder import Folder
from tracker.web.formats import number
from tracker.web.session import settings

ACCEPT = ",".join(f".{ending}" for ending in KIND_OF_ENDING)
PHOTOGRAPHS = "image/jpeg,image/png"


class FilesField(Field):
    """Files chosen from a computer or a telephone; `data` lists those that were really sent.

    Browsers do not keep what was chosen: after a refusal it is chosen again.
    """

    widget = FileInput()
    data: list[FileStorage]

    def __init__(
        self,
        *args: Any,
        accept: str = ACCEPT,
        most: int = 1,
        required: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.flags.required = required
        self.render_kw = {"accept": accept, **({"multiple": True} if most > 1 else {})}

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was sent; refuse more files than the field takes."""
        self.data = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        if len(self.data) > self.most:
            raise ValueError(_("Chỉ gửi được tối đa %(most)s tệp một lần.", most=self.most))

    def hint_with(self, said: str) -> str:
        """Return a hint, and that after a refusal the files are chosen anew."""
        if not self.data:
            return said
        return _("%(said)s. Chưa gửi được nên hãy chọn lại tệp.", said=said)

    def pre_validate(self, _form: Any) -> None:
        """Refuse a form without the file it is about."""
        if self.flags.required and not self.data:
            raise ValidationError(_("Hãy chọn tệp."))

    def process_data(self, _value: Any) -> None:
        """Start with nothing chosen."""
        self.data = []


def folder() -> Folder:
    """Return where this instance keeps files.

    Raises:
        FileRefused: it was told of no place.
    """
    path = settings().files_folder
    if path is None:
        raise FileRefused(FileFault.NO_FOLDER)
    return Folder(path, settings().file_scanner)


def room_of_project() -> int:
    """Return how many bytes the files of one project may take together; 0: any number."""
    return settings().project_files_mb * MEGABYTE


@contextmanager
def taken_in(
    files: Sequence[FileStorage], *, only_photographs: bool = False
) -> Iterator[list[KeptFile]]:
    """Keep files while a deed names them; what a refused deed left is removed again.

    Raises:
        FileRefused: one of them is not taken; none of them is kept then.
    """
    kept: list[KeptFile] = []
    try:
        for one in files:
            kept.append(_taken(one, len(files) > 1, only_photographs))
        yield kept
    except Refusal:
        # Only a refusal is surely not committed; after a fault the sweeping decides.
        for file in kept:
            folder().drop(file.stored)
        raise


def _taken(file: FileStorage, is_one_of_many: bool, only_photographs: bool) -> KeptFile:
    try:
        return _kept(file, only_photographs)
    except FileRefused as refusal:
        if is_one_of_many:
            refusal.file_name = "".join(one for one in file.filename or "" if one.isprintable())[
                :60
            ]
        raise


def _kept(file: FileStorage, only_photographs: bool) -> KeptFile:
    kept = folder().take_in(cast("Any", file.stream), file.filename or "")
    if only_photographs and not kept.kind.is_image:
        folder().drop(kept.stored)
        raise FileRefused(FileFault.NOT_PHOTOGRAPH)
    return kept


def file_size(size: int) -> str:
    """Return how large a file is, in megabytes or kilobytes."""
    if size >= MEGABYTE:
        return _("%(size)s MB", size=number(round(size / MEGABYTE)))
    return _("%(size)s KB", size=number(max(1, round(size / 1024))))


def names_of_files() -> list[str]:
    """Return the names of fields under which files were sent."""
    return list(request.files)


def file_words(refusal: FileRefused) -> str:
    """Return why a file is not taken, which one of several, and what would be taken."""
    words = _fault_words(refusal)
    return f"“{refusal.file_name}”: {words}" if refusal.file_name else words


def _fault_words(refusal: FileRefused) -> str:
    most = number((refusal.most or 0) // MEGABYTE)
    return {
        FileFault.EMPTY: _("Tệp rỗng. Hãy chọn lại tệp."),
        FileFault.TOO_LARGE: _("Tệp lớn quá %(most)s MB. Hãy giảm dung lượng.", most=most),
        FileFault.NAME_MISSING: _("Tệp chưa có tên. Hãy đặt tên rồi gửi lại."),
        FileFault.NAME_TOO_LONG: _("Tên tệp dài quá 255 byte. Hãy đặt tên ngắn hơn."),
        FileFault.NAME_FORBIDDEN: _(
            "Tên tệp có dấu gạch chéo hoặc ký tự không hiển thị. Hãy đổi tên tệp rồi gửi lại."
        ),
        FileFault.NAME_RESERVED: _(
            "Tên tệp này Windows dành riêng (con, aux, com1…). Hãy đổi tên tệp rồi gửi lại."
        ),
        FileFault.ENDING_UNKNOWN: _("Chỉ nhận tệp pdf, xlsx, jpg, png."),
        FileFault.ENDING_DOUBLE: _(
            "Tên tệp có hai đuôi, đuôi giấu bên trong là loại không nhận. Hãy đổi tên tệp."
        ),
        FileFault.UNLIKE_ENDING: _(
            "Nội dung tệp không đúng loại như đuôi tên tệp. Hãy lưu lại từ phần mềm gốc."
        ),
        FileFault.NOT_PHOTOGRAPH: _("Ở đây chỉ nhận ảnh jpg, png."),
        FileFault.MIXED: _("Tệp mang nội dung của hai loại. Hãy lưu lại từ phần mềm gốc."),
        FileFault.ACTIVE: _(
            "Tệp có macro, mã lệnh hoặc tệp nhúng bên trong. Hãy in ra PDF mới hoặc lưu bản không "
            "có macro."
        ),
        FileFault.BOMB: _("Tệp nén quá chặt hoặc quá phức tạp nên không mở được an toàn."),
        FileFault.NESTED: _("Tệp chứa tệp nén khác, liên kết hoặc phần bị khóa nên không nhận."),
        FileFault.ENTITIES: _("Tệp có khai báo XML không an toàn. Hãy lưu lại từ phần mềm gốc."),
        FileFault.DAMAGED: _("Tệp hỏng hoặc thiếu. Hãy mở thử rồi lưu lại."),
        FileFault.TOO_MANY_PIXELS: _("Ảnh có quá nhiều điểm ảnh. Hãy chụp cỡ nhỏ hơn."),
        FileFault.INFECTED: _("Phần mềm diệt vi-rút báo tệp này nhiễm mã độc."),
        FileFault.NOT_SCANNED: _("Chưa quét được vi-rút nên chưa nhận tệp. Hãy thử lại sau."),
        FileFault.NO_ROOM: _(
            "Đã dùng hết %(most)s MB dành cho tài liệu ở đây. Hãy gửi tệp nhỏ hơn.", most=most
        ),
        FileFault.NO_FOLDER: _(
            "Máy chủ chưa có nơi cất tệp. Hãy báo người quản trị đặt TRACKER_FILES_DIR."
        ),
    }[refusal.fault]
