"""Looks into one untrusted file, in a process of its own that may use little time and memory.

`python -I -m tracker.files.looking KIND SOURCE CLEAN THUMBNAIL` writes one line of JSON: what a
photograph says of itself, or the fault for which the file is not taken. Photographs are written
anew to CLEAN and, small, to THUMBNAIL: nothing of what was sent but the picture itself remains.
"""

import json
import re
import resource
import stat
import sys
import warnings
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from tracker.domain.attachments import MEGABYTE, FileFault, FileKind

MOST_SECONDS = 10
MOST_MEMORY = 900 * MEGABYTE
MOST_WRITTEN = 64 * MEGABYTE

MOST_MEMBERS = 200
MOST_UNPACKED = 100 * MEGABYTE
MOST_RATIO = 100
RATIO_FROM = 4_096
"""Bytes unpacked below which a member may be packed as tightly as it likes."""

MOST_PIXELS = {FileKind.JPG: 50_000_000, FileKind.PNG: 25_000_000}
LONGEST_SIDE = 3_000
THUMBNAIL_SIDE = 480

OFFICE = timezone(timedelta(hours=7))
"""Cameras that tell no zone stand in Vietnam."""

_CHUNK = 64 * 1024
_END_OF_ZIP = b"PK\x05\x06"
_END_LENGTH = 22
_END_OF_PDF = 2_048
_ACTIVE_PDF = re.compile(
    rb"/(?:JavaScript|JS\s*[(<\[]|Launch\b|EmbeddedFile|RichMedia|XFA\b|SubmitForm|ImportData)"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"MZ", b"\x7fELF")
_ACTIVE_PARTS = ("vbaproject", "activex", "embeddings/", "macrosheets/", "customui")


class Refused(Exception):  # noqa: N818 - an answer
    """The file is not taken."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def main(kind: str, source: str, clean: str, thumbnail: str) -> None:
    """Look into a file and print what was found."""
    for limit, most in (
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))
    try:
        told = look(FileKind(kind), Path(source), Path(clean), Path(thumbnail))
    except Refused as refused:
        told = {"fault": refused.fault.value}
    except MemoryError:
        told = {"fault": FileFault.BOMB.value}
    sys.stdout.write(json.dumps(told))


def look(kind: FileKind, source: Path, clean: Path, thumbnail: Path) -> dict[str, Any]:
    """Return what a file says of itself.

    Raises:
        Refused: it is damaged, of two kinds at once, a bomb, or it does something when opened.
    """
    if kind is FileKind.PDF:
        return _look_at_pdf(source.read_bytes())
    if kind is FileKind.XLSX:
        return _look_at_workbook(source)
    return _look_at_image(kind, source, clean, thumbnail)


def _look_at_pdf(content: bytes) -> dict[str, Any]:
    if not re.match(rb"%PDF-[12]\.\d[\r\n\s%]", content[:10]):
        raise Refused(FileFault.DAMAGED)
    end = content.rstrip(b"\r\n\x00 \t")
    if not end.endswith(b"%%EOF"):
        tail = content[-_END_OF_PDF:]
        raise Refused(FileFault.MIXED if b"%%EOF" in content and tail else FileFault.DAMAGED)
    if _END_OF_ZIP in content[-(2**16 + _END_LENGTH) :]:
        raise Refused(FileFault.MIXED)
    head = content[:1_024].lower()
    if b"<html" in head or b"<script" in head or b"<svg" in head or b"<!doctype" in head:
        raise Refused(FileFault.MIXED)
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if _ACTIVE_PDF.search(plain):
        raise Refused(FileFault.ACTIVE)
    return {}


def _look_at_workbook(source: Path) -> dict[str, Any]:
    size = source.stat().st_size
    with source.open("rb") as file:
        file.seek(max(0, size - _END_LENGTH))
        end = file.read()
    if not end.startswith(_END_OF_ZIP):
        raise Refused(FileFault.MIXED)
    try:
        with ZipFile(source) as book:
            members = book.infolist()
            _check_members(members, size)
            for member in members:
                if not member.is_dir():
                    _read_member(book, member)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise Refused(FileFault.DAMAGED) from None
    return {}


def _check_members(members: list[ZipInfo], size: int) -> None:
    """Judge a workbook by its own list of contents, before anything is unpacked."""
    names = [member.filename for member in members]
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise Refused(FileFault.BOMB)
    if unpacked > max(size, 1) * MOST_RATIO or any(map(_is_too_tight, members)):
        raise Refused(FileFault.BOMB)
    if any(map(_is_odd, members)) or len({name.casefold() for name in names}) < len(names):
        raise Refused(FileFault.NESTED)
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise Refused(FileFault.UNLIKE_ENDING)
    if any(part in name.casefold() for name in names for part in _ACTIVE_PARTS):
        raise Refused(FileFault.ACTIVE)


def _is_too_tight(member: ZipInfo) -> bool:
    return (
        member.file_size > RATIO_FROM
        and member.file_size > max(member.compress_size, 1) * MOST_RATIO
    )


def _is_odd(member: ZipInfo) -> bool:
    """Tell whether a member is encrypted, a link, or would be unpacked outside its folder."""
    mode = member.external_attr >> 16
    parts = member.filename.replace("\\", "/").split("/")
    return (
        bool(member.flag_bits & 0x1)
        or stat.S_ISLNK(mode)
        or ".." in parts
        or member.filename.startswith(("/", "\\"))
        or ":" in parts[0]
    )


def _read_member(book: ZipFile, member: ZipInfo) -> None:
    """Unpack a member piece by piece; text of XML has to be whole and to declare nothing."""
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _refuse_declarations
    reader.EntityDeclHandler = _refuse_declarations
    is_xml = member.filename.casefold().endswith((".xml", ".rels", ".vml"))
    with book.open(member) as file:
        chunk = file.read(_CHUNK)
        if chunk.startswith(_PACKED):
            raise Refused(FileFault.NESTED)
        try:
            while chunk:
                if is_xml:
                    reader.Parse(chunk, False)
                chunk = file.read(_CHUNK)
            if is_xml:
                reader.Parse(b"", True)
        except expat.ExpatError:
            raise Refused(FileFault.DAMAGED) from None


def _refuse_declarations(*_: Any) -> None:
    raise Refused(FileFault.ENTITIES)


def _look_at_image(kind: FileKind, source: Path, clean: Path, thumbnail: Path) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    form = "JPEG" if kind is FileKind.JPG else "PNG"
    try:
        with Image.open(source, formats=[form]) as image:
            if image.width * image.height > MOST_PIXELS[kind]:
                raise Refused(FileFault.TOO_MANY_PIXELS)
            told: dict[str, Any] = _told_by(image)
            if kind is FileKind.JPG:
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            written = _bare(upright, "RGB" if kind is FileKind.JPG else _mode_of(upright))
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise Refused(FileFault.DAMAGED) from None
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError):
        raise Refused(FileFault.DAMAGED) from None
    written.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if kind is FileKind.JPG:
        written.save(clean, "JPEG", quality=85)
    else:
        written.save(clean, "PNG", compress_level=4)
    told |= {"width": written.width, "height": written.height}
    small = _bare(written, "RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    small.save(thumbnail, "JPEG", quality=78)
    return told


def _mode_of(image: Image.Image) -> str:
    if image.mode in {"L", "RGB", "RGBA"}:
        return image.mode
    has_alpha = "transparency" in image.info or image.mode in {"LA", "PA"}
    return "RGBA" if has_alpha else "RGB"


def _bare(image: Image.Image, mode: str) -> Image.Image:
    """Return the pixels alone; what is not seen through is laid on white."""
    if mode == "RGB" and image.mode in {"RGBA", "LA", "PA", "P"}:
        image = image.convert("RGBA")
        bare = Image.new("RGB", image.size, "white")
        bare.paste(image, mask=image.getchannel("A"))
        return bare
    bare = Image.new(mode, image.size)
    bare.paste(image.convert(mode))
    return bare


def _told_by(image: Image.Image) -> dict[str, Any]:
    """Return when and where a camera says it took the picture; what cannot be read is not told."""
    try:
        data = image.getexif()
        camera = data.get_ifd(ExifTags.IFD.Exif)
        where = data.get_ifd(ExifTags.IFD.GPSInfo)
        told: dict[str, Any] = {}
        if taken := _instant(camera.get(36867), camera.get(36881)):
            told["taken_at"] = taken
        latitude, longitude = _angle(where, 2, "S", 90), _angle(where, 4, "W", 180)
        if latitude is not None and longitude is not None and (latitude, longitude) != (0, 0):
            told |= {"latitude": latitude, "longitude": longitude}
    except Exception:
        return {}
    return told


def _instant(text: Any, zone: Any) -> str | None:
    try:
        taken = datetime.strptime(str(text).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        hours = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(zone or "").strip("\x00 "))
    except ValueError:
        return None
    offset: timezone = OFFICE
    if hours:
        span = timedelta(hours=int(hours[2]), minutes=int(hours[3]))
        offset = timezone(-span if hours[1] == "-" else span)
    return taken.replace(tzinfo=offset).astimezone(UTC).isoformat()


def _angle(where: dict[int, Any], tag: int, negative: str, most: int) -> int | None:
    """Return an angle in millionths of a degree; None when it is not told or cannot be."""
    parts = where.get(tag)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    angle = degrees + minutes / 60 + seconds / 3600
    if not 0 <= angle <= most:
        return None
    sign = -1 if str(where.get(tag - 1)).startswith(negative) else 1
    return sign * round(angle * 1_000_000)


if __name__ == "__main__":
    main(*sys.argv[1:])
