"""Files handed out: to be kept, never to be opened inside a page of ours."""

from typing import Protocol
from urllib.parse import quote

from flask import Response, abort, g

from tracker import logs
from tracker.domain.attachments import FileKind
from tracker.files.folder import FileLost
from tracker.web.uploads import folder

TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
}
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of what others made: it may do nothing, wherever it is opened."""


class _Kept(Protocol):
    @property
    def stored(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> FileKind: ...
    @property
    def sha256(self) -> str: ...


def handed_out(row: _Kept) -> Response:
    """Return a file as it was kept; one that is lost or changed is not said to be there."""
    try:
        content = folder().read(row.stored, row.sha256)
    except FileLost:
        logs.fault("file.lost", request=g.get("request_id"), file=row.stored)
        abort(404)
    return _of_others(content, TYPES[row.kind], f"attachment; filename*=UTF-8''{quote(row.name)}")


def thumbnail_of(row: _Kept) -> Response:
    """Return the small picture of a photograph, which we made ourselves; of nothing else is one."""
    if not row.kind.is_image:
        abort(404)
    try:
        content = folder().read_thumbnail(row.stored)
    except FileLost:
        abort(404)
    response = _of_others(content, TYPES[FileKind.JPG], "inline")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _of_others(content: bytes, kind: str, disposition: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = ALONE
    return response
