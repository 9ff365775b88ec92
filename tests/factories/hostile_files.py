"""Files that somebody could send: honest ones, and those made to do harm."""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOOK = b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
TALE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def a_pdf(inside: bytes = b"", after: bytes = b"") -> bytes:
    """Return a small document of one empty page."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + inside + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + after
    )


def a_workbook(extra: Mapping[str, bytes] | None = None, *, leave_out: str = "") -> bytes:
    """Return a small workbook with further members."""
    members = {"[Content_Types].xml": TYPES, "xl/workbook.xml": BOOK, **(extra or {})}
    return a_zip({name: body for name, body in members.items() if name != leave_out})


def a_zip(members: Mapping[str, bytes]) -> bytes:
    """Return an archive of these members."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return file.getvalue()


def a_photograph(
    form: str = "JPEG",
    size: tuple[int, int] = (640, 480),
    *,
    taken: str = "",
    zone: str = "",
    place: tuple[float, float] | None = None,
    shade: int = 90,
) -> bytes:
    """Return a picture as a camera would write it; `place` is latitude and longitude."""
    image = Image.new("RGB", size, (shade, 120, 60))
    exif = Image.Exif()
    if taken:
        camera = exif.get_ifd(0x8769)
        camera[36867] = taken
        if zone:
            camera[36881] = zone
    if place is not None:
        where = exif.get_ifd(0x8825)
        where[1], where[2] = "S" if place[0] < 0 else "N", _parts(abs(place[0]))
        where[3], where[4] = "W" if place[1] < 0 else "E", _parts(abs(place[1]))
    file = BytesIO()
    image.save(file, form, exif=exif)
    return file.getvalue()


def _parts(angle: float) -> tuple[float, float, float]:
    degrees = int(angle)
    minutes = int((angle - degrees) * 60)
    return float(degrees), float(minutes), round(((angle - degrees) * 60 - minutes) * 60, 4)


def a_wide_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """Return a picture that says it is enormous and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        summed = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", summed)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def a_wide_jpeg() -> bytes:
    """Return a photograph whose head says 65,000 by 65,000."""
    content = bytearray(a_photograph())
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", 65_000, 65_000)
    return bytes(content)


def a_lying_book(size: int = 20_000_000, says: int = 1_000) -> bytes:
    """Return a workbook whose list says of a member another size than it unpacks to."""
    content = bytearray(a_workbook({"xl/big.bin": tight(size)}))
    found = content.rindex(b"PK\x01\x02")
    content[found + 24 : found + 28] = struct.pack("<I", says)
    return bytes(content)


def a_linking_book() -> bytes:
    """Return a workbook with a symbolic link inside."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", BOOK)
        link = ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def a_locked_book() -> bytes:
    """Return a workbook one of whose members says it is encrypted."""
    content = bytearray(a_workbook())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def a_doubled_book() -> bytes:
    """Return a workbook with two members whose names differ by case alone."""
    return a_workbook({"XL/Workbook.xml": BOOK})


def tight(size: int) -> bytes:
    """Return bytes that pack a thousand times smaller."""
    return b"\x00" * size


PDF, BOOK_FILE = a_pdf(), a_workbook()
JPEG, PNG = a_photograph(), a_photograph("PNG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"

NAMES: tuple[tuple[str, str], ...] = (
    ("", "name_missing"),
    (".pdf", "name_missing"),
    ("   .pdf", "name_missing"),
    ("../../etc/passwd.pdf", "name_forbidden"),
    ("..\\..\\boot.pdf", "name_forbidden"),
    ("/etc/passwd.pdf", "name_forbidden"),
    ("C:\\quyetdinh.pdf", "name_forbidden"),
    ("a:b.pdf", "name_forbidden"),
    ("a|b.pdf", "name_forbidden"),
    ('a".pdf', "name_forbidden"),
    ("a?.pdf", "name_forbidden"),
    ("a\r\nSet-Cookie: x=1.pdf", "name_forbidden"),
    ("a\tb.pdf", "name_forbidden"),
    ("a\x00b.pdf", "name_forbidden"),
    ("a\x7fb.pdf", "name_forbidden"),
    ("anh\u202egpj.exe.pdf", "name_forbidden"),
    ("a\u2066b.pdf", "name_forbidden"),
    ("a\u200bb.pdf", "name_forbidden"),
    ("a\U000e0041b.pdf", "name_forbidden"),
    ("a\ud800b.pdf", "name_forbidden"),
    ("ten.pdf.", "name_forbidden"),
    ("con.pdf", "name_reserved"),
    ("CON.tep.pdf", "name_reserved"),
    ("aux.xlsx", "name_reserved"),
    ("Com1.jpg", "name_reserved"),
    ("lpt9.png", "name_reserved"),
    ("nul.pdf", "name_reserved"),
    ("a" * 300 + ".pdf", "name_too_long"),
    ("ộ" * 100 + ".pdf", "name_too_long"),
    ("khong-duoi", "ending_unknown"),
    ("trang.html", "ending_unknown"),
    ("quyetdinh.pdf.html", "ending_unknown"),
    ("anh.jpg.svg", "ending_unknown"),
    ("anh.svg", "ending_unknown"),
    ("chay.exe", "ending_unknown"),
    ("bang.xlsm", "ending_unknown"),
    ("bang.xls", "ending_unknown"),
    ("van-ban.docx", "ending_unknown"),
    ("nen.zip", "ending_unknown"),
    ("trang.html.pdf", "ending_double"),
    ("chay.exe.pdf", "ending_double"),
    ("anh.svg.png", "ending_double"),
    ("ma.php.jpg", "ending_double"),
    ("chay.EXE .pdf", "ending_double"),
)
"""Names that are refused whatever the file holds, and why."""

CONTENTS: tuple[tuple[str, Callable[[], bytes], str], ...] = (
    ("rong.pdf", lambda: b"", "empty"),
    ("rong.png", lambda: b"", "empty"),
    ("trang.pdf", lambda: HTML, "unlike_ending"),
    ("hinh.png", lambda: SVG, "unlike_ending"),
    ("hinh.jpg", lambda: SVG, "unlike_ending"),
    ("hinh.jpg", lambda: PNG, "unlike_ending"),
    ("hinh.png", lambda: JPEG, "unlike_ending"),
    ("hinh.png", lambda: GIF, "unlike_ending"),
    ("tai-lieu.pdf", lambda: BOOK_FILE, "unlike_ending"),
    ("bang.xlsx", lambda: PDF, "unlike_ending"),
    ("bang.xlsx", lambda: b"MZ\x90\x00" + BOOK_FILE, "unlike_ending"),
    ("dau-thua.pdf", lambda: HTML + PDF, "unlike_ending"),
    ("nen.xlsx", lambda: a_zip({"a.txt": b"a"}), "unlike_ending"),
    ("thieu.xlsx", lambda: a_workbook(leave_out="xl/workbook.xml"), "unlike_ending"),
    ("hai-loai.pdf", lambda: PDF + BOOK_FILE, "mixed"),
    ("hai-loai.pdf", lambda: a_pdf(after=HTML), "mixed"),
    ("hai-loai.pdf", lambda: b"%PDF-1.4\n<html><script>alert(1)</script>\n%%EOF", "mixed"),
    ("hai-loai.pdf", lambda: a_pdf(after=JPEG), "mixed"),
    ("hai-loai.xlsx", lambda: BOOK_FILE + HTML, "mixed"),
    ("hai-loai.xlsx", lambda: BOOK_FILE + PDF, "mixed"),
    ("cut.pdf", lambda: PDF[:30], "damaged"),
    ("gia.pdf", lambda: b"%PDF-abc" + PDF[8:], "damaged"),
    ("ma.pdf", lambda: a_pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "active"),
    ("ma.pdf", lambda: a_pdf(b"/OpenAction<</S/#4aavaScript/J#53 (x)>>"), "active"),
    ("ma.pdf", lambda: a_pdf(b"/AA<</O<</S/Launch/F(cmd.exe)>>>>"), "active"),
    ("ma.pdf", lambda: a_pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "active"),
    ("ma.xlsx", lambda: a_workbook({"xl/vbaProject.bin": b"VBA"}), "active"),
    ("ma.xlsx", lambda: a_workbook({"xl/embeddings/a.bin": b"x"}), "active"),
    ("ma.xlsx", lambda: a_workbook({"xl/activeX/a.xml": BOOK}), "active"),
    ("xxe.xlsx", lambda: a_workbook({"xl/worksheets/sheet1.xml": TALE}), "entities"),
    ("xxe.xlsx", lambda: a_workbook({"xl/a.xml": TALE.decode().encode("utf-16")}), "entities"),
    ("xxe.xlsx", lambda: a_workbook({"xl/_rels/a.rels": TALE}), "entities"),
    ("hong.xlsx", lambda: a_workbook({"xl/a.xml": b"<x>"}), "damaged"),
    ("long.xlsx", lambda: a_workbook({"xl/a.bin": BOOK_FILE}), "nested"),
    ("long.xlsx", lambda: a_workbook({"xl/a.dat": b"MZ\x90\x00"}), "nested"),
    ("ra-ngoai.xlsx", lambda: a_workbook({"../../a.xml": BOOK}), "nested"),
    ("ra-ngoai.xlsx", lambda: a_workbook({"/etc/a.xml": BOOK}), "nested"),
    ("lien-ket.xlsx", a_linking_book, "nested"),
    ("khoa.xlsx", a_locked_book, "nested"),
    ("trung.xlsx", a_doubled_book, "nested"),
    ("cut.jpg", lambda: JPEG[: len(JPEG) // 2], "damaged"),
    ("cut.png", lambda: PNG[: len(PNG) // 2], "damaged"),
    ("gia.jpg", lambda: b"\xff\xd8\xff" + b"a" * 500, "damaged"),
    ("gia.png", lambda: b"\x89PNG\r\n\x1a\n" + b"a" * 500, "damaged"),
)
"""Contents that are refused, and why; names are innocent."""

BOMBS: tuple[tuple[str, Callable[[], bytes], str], ...] = (
    ("bom.xlsx", lambda: a_workbook({"xl/a.xml": tight(20_000_000)}), "bomb"),
    ("bom.xlsx", lambda: a_lying_book(1_000, says=101 * 2**20), "bomb"),
    ("bom.xlsx", lambda: a_workbook({f"xl/{n}.xml": tight(400_000) for n in range(50)}), "bomb"),
    ("nhieu.xlsx", lambda: a_workbook({f"xl/{n}.txt": b"1" for n in range(300)}), "bomb"),
    ("doi.xlsx", a_lying_book, "damaged"),
    ("bom.png", a_wide_png, "too_many_pixels"),
    ("bom.png", lambda: a_wide_png(2**31 - 1, 2**31 - 1), "too_many_pixels"),
    ("bom.jpg", a_wide_jpeg, "too_many_pixels"),
)
"""Small files that grow when they are opened."""

HARMLESS: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("Quyết định 12.5.2025 (ký).pdf", lambda: PDF),
    ("Bảng khối lượng.XLSX", lambda: BOOK_FILE),
    ("ảnh hiện trường.jpeg", lambda: JPEG),
    ("so-do.png", lambda: PNG),
    ("anh-kem-html.jpg", lambda: JPEG + HTML),
    ("anh-kem-zip.png", lambda: PNG + a_zip({"a.html": HTML})),
    (
        "anh-ghi-chu.jpg",
        lambda: JPEG[:2] + b"\xff\xfe\x00\x1d<script>alert(1)</script>x" + JPEG[2:],
    ),
)
"""What is taken; pictures lose whatever is no picture."""
