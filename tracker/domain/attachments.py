"""Documents and photographs that people send in: which are taken, under which names, how large."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.domain.people import Permission
from tracker.domain.refusals import Malformed, Refusal
from tracker.domain.text import clean_line

MEGABYTE = 2**20
MOST_BYTES = 20 * MEGABYTE
"""Of one file."""
LONGEST_NAME = 255
"""Bytes of a name in UTF-8: what the file systems of offices can hold."""


class FileKind(StrEnum):
    """What is taken; everything else is refused."""

    PDF = "pdf"
    XLSX = "xlsx"
    JPG = "jpg"
    PNG = "png"

    @property
    def is_image(self) -> bool:
        """Tell whether it is a photograph or a drawing that can be shown."""
        return self in {FileKind.JPG, FileKind.PNG}


KIND_OF_ENDING: Mapping[str, FileKind] = {
    "pdf": FileKind.PDF,
    "xlsx": FileKind.XLSX,
    "jpg": FileKind.JPG,
    "jpeg": FileKind.JPG,
    "png": FileKind.PNG,
}
_BEGINNINGS: Mapping[FileKind, bytes] = {
    FileKind.PDF: b"%PDF-",
    FileKind.XLSX: b"PK\x03\x04",
    FileKind.JPG: b"\xff\xd8\xff",
    FileKind.PNG: b"\x89PNG\r\n\x1a\n",
}

STEP_OF_DIFFICULTY = "difficulty_step"
SUBJECTS: Mapping[str, Permission] = {
    "project": Permission.FILE_ATTACH,
    "progress_entry": Permission.WORKS_RECORD,
    "clearance_entry": Permission.WORKS_RECORD,
    STEP_OF_DIFFICULTY: Permission.DIFFICULTY_REPLY,
}
"""Tables to whose rows files are attached, and the right by which that is done."""
PARTS_OF_THREADS = frozenset({STEP_OF_DIFFICULTY})
"""Among them those whose files are part of what was said, and are not withdrawn."""
MOST_PROOFS = 6
"""Files that prove one step of a thread."""


class FileFault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NAME_FORBIDDEN = "name_forbidden"
    NAME_RESERVED = "name_reserved"
    ENDING_UNKNOWN = "ending_unknown"
    ENDING_DOUBLE = "ending_double"
    UNLIKE_ENDING = "unlike_ending"
    NOT_PHOTOGRAPH = "not_photograph"
    MIXED = "mixed"
    ACTIVE = "active"
    BOMB = "bomb"
    NESTED = "nested"
    ENTITIES = "entities"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    NO_ROOM = "no_room"
    NO_FOLDER = "no_folder"


@dataclass(eq=False)
class FileRefused(Refusal):
    """The file is not taken. `most` is the bound it passed, in bytes, where there is one.

    `file_name` is that of the file where several were sent.
    """

    fault: FileFault
    most: int | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the ground in millionths of a degree; north and east are positive."""

    latitude: int
    longitude: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a photograph says of itself: its size, and when and where it was taken, if it does."""

    width: int
    height: int
    taken_at: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was found harmless and lies in its folder.

    `stored` is its random name there, `sha256` of the bytes that lie there, `sent_sha256` of
    those that were sent: photographs are written anew, without what cameras tell.
    """

    stored: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    sent_sha256: str
    seen: Seen | None = None


_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = frozenset('/\\:*?"<>|')
_RUNS = frozenset(
    {
        "asp", "aspx", "bat", "cgi", "cmd", "com", "cpl", "dll", "docm", "exe", "hta", "htm",
        "html", "jar", "js", "jse", "jsp", "lnk", "mht", "mjs", "msi", "php", "phtml", "pif", "pl",
        "ps1", "py", "reg", "rb", "scr", "sh", "shtml", "svg", "svgz", "swf", "vbe", "vbs", "war",
        "wsf", "xht", "xhtml", "xlsm", "xml", "xsl", "zip", "rar", "7z", "gz",
    }
)  # fmt: skip
"""Endings that must not hide before the last one."""


def shown_name(text: str) -> str:
    """Return the name under which a file is shown: composed, one line, fit for every computer.

    Raises:
        FileRefused: no name, too long, with parts of a path or signs that are not seen, or one
            that Windows keeps for itself.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        raise FileRefused(FileFault.NAME_TOO_LONG, LONGEST_NAME)
    if "\n" in text or "\r" in text or "\t" in text or _FORBIDDEN.intersection(text):
        raise FileRefused(FileFault.NAME_FORBIDDEN)
    try:
        name = clean_line(text, LONGEST_NAME)
    except Malformed:
        raise FileRefused(FileFault.NAME_FORBIDDEN) from None
    stem = name.split(".", 1)[0].strip()
    if not stem:
        raise FileRefused(FileFault.NAME_MISSING)
    if len(name.encode()) > LONGEST_NAME:
        raise FileRefused(FileFault.NAME_TOO_LONG, LONGEST_NAME)
    if _RESERVED.fullmatch(stem):
        raise FileRefused(FileFault.NAME_RESERVED)
    if name.endswith("."):
        raise FileRefused(FileFault.NAME_FORBIDDEN)
    return name


def kind_of(name: str, beginning: bytes) -> FileKind:
    """Return what a file is, by its ending and its first bytes, which have to agree.

    Raises:
        FileRefused: the ending is none of ours, hides another, or the content is something else.
    """
    parts = [part.strip().lower() for part in name.split(".")]
    kind = KIND_OF_ENDING.get(parts[-1]) if len(parts) > 1 else None
    if kind is None:
        raise FileRefused(FileFault.ENDING_UNKNOWN)
    if any(part in _RUNS for part in parts[1:-1]):
        raise FileRefused(FileFault.ENDING_DOUBLE)
    if not beginning:
        raise FileRefused(FileFault.EMPTY)
    if not beginning.startswith(_BEGINNINGS[kind]):
        raise FileRefused(FileFault.UNLIKE_ENDING)
    return kind
