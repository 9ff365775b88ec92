"""The folder of documents: what comes in harmless, what is refused, what is kept whole."""

import os
import stat
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.factories.hostile_files import BOMBS, CONTENTS, HARMLESS, PDF, a_pdf, a_photograph
from tracker.domain.attachments import MEGABYTE, FileFault, FileRefused, Place
from tracker.files.folder import OLD_ENOUGH, FileLost, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "files")


def lying_in(folder: Folder) -> list[Path]:
    return [found for found in folder.path.rglob("*") if found.is_file()]


def test_a_refused_file_leaves_nothing(folder: Folder) -> None:
    by_fault = {fault: (name, content) for name, content, fault in (*CONTENTS, *BOMBS)}
    for fault in ("unlike_ending", "active", "nested", "bomb"):
        name, content = by_fault[fault]
        with pytest.raises(FileRefused) as refusal:
            folder.take_in(BytesIO(content()), name)
        assert refusal.value.fault == fault
        assert lying_in(folder) == []


def test_a_harmless_file_is_kept_whole_and_pictures_keep_nothing_but_the_picture(
    folder: Folder,
) -> None:
    for name, content in HARMLESS:
        sent = content()
        kept = folder.take_in(BytesIO(sent), name)
        lies = folder.read(kept.stored, kept.sha256)
        assert kept.name == name
        assert len(lies) == kept.size
        if kept.kind.is_image:
            assert b"script" not in lies
            assert b"PK\x03\x04" not in lies
            assert folder.read_thumbnail(kept.stored).startswith(b"\xff\xd8\xff")
        else:
            assert lies == sent
        place = folder.place_of(kept.stored)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert name.split(".")[0] not in str(place)


def test_time_and_place_are_read_from_a_photograph_and_not_handed_on(folder: Folder) -> None:
    sent = a_photograph(taken="2025:04:29 15:30:00", place=(20.9373, 106.3145))
    kept = folder.take_in(BytesIO(sent), "hien-truong.jpg")
    assert kept.seen is not None
    assert kept.seen.taken_at == datetime(2025, 4, 29, 8, 30, tzinfo=UTC)
    assert kept.seen.place == Place(20_937_300, 106_314_500)
    with Image.open(BytesIO(folder.read(kept.stored, kept.sha256))) as served:
        assert dict(served.getexif()) == {}
        assert "exif" not in served.info
    south = a_photograph(taken="2025:04:29 15:30:00", zone="+09:00", place=(-1.5, -2.25))
    seen = folder.take_in(BytesIO(south), "noi-khac.jpg").seen
    assert seen is not None
    assert (seen.taken_at, seen.place) == (
        datetime(2025, 4, 29, 6, 30, tzinfo=UTC),
        Place(-1_500_000, -2_250_000),
    )


def test_a_photograph_that_tells_nothing_or_nonsense_is_kept_without_time_and_place(
    folder: Folder,
) -> None:
    for sent in (a_photograph(), a_photograph(taken="hôm qua"), a_photograph(place=(95.0, 106.0))):
        seen = folder.take_in(BytesIO(sent), "anh.jpg").seen
        assert seen is not None
        assert (seen.taken_at, seen.place) == (None, None)


def test_a_large_photograph_is_made_smaller_and_stays_upright(folder: Folder) -> None:
    image = Image.new("RGB", (6_000, 2_000), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    file = BytesIO()
    image.save(file, "JPEG", exif=exif)
    seen = folder.take_in(BytesIO(file.getvalue()), "to.jpg").seen
    assert seen is not None
    assert (seen.width, seen.height) == (1_000, 3_000)


def test_a_file_beyond_its_bound_is_refused_while_it_comes_in(folder: Folder) -> None:
    with pytest.raises(FileRefused) as refusal:
        folder.take_in(BytesIO(a_pdf(after=b" " * 21 * MEGABYTE)), "to.pdf")
    assert refusal.value.fault is FileFault.TOO_LARGE
    assert lying_in(folder) == []


def test_a_changed_or_missing_file_is_never_handed_out_and_is_named(folder: Folder) -> None:
    changed, missing, whole = (
        folder.take_in(BytesIO(a_pdf(b"/Number %d" % number)), "a.pdf") for number in range(3)
    )
    folder.place_of(changed.stored).write_bytes(PDF)
    folder.place_of(missing.stored).unlink()
    for kept in (changed, missing):
        with pytest.raises(FileLost):
            folder.read(kept.stored, kept.sha256)
    rows = [(kept.stored, kept.sha256) for kept in (changed, missing, whole)]
    assert list(folder.apart(rows)) == [(changed.stored, "changed"), (missing.stored, "missing")]


@pytest.mark.parametrize("stored", ["", "..", "../../etc/passwd", "g" * 32, "A" * 32, "0" * 31])
def test_no_other_path_is_ever_read(folder: Folder, stored: str) -> None:
    with pytest.raises(FileLost):
        folder.read(stored, "0" * 64)


def test_what_no_row_names_is_swept_once_no_deed_can_be_about_to_name_it(folder: Folder) -> None:
    named, orphan, fresh = (
        folder.take_in(BytesIO(a_photograph(shade=shade)), "a.jpg") for shade in (1, 2, 3)
    )
    half = folder.path / "incoming" / ("0" * 32)
    half.write_bytes(b"half")
    long_ago = time.time() - OLD_ENOUGH - 10
    for found in (*folder.path.rglob(f"{orphan.stored}*"), *folder.path.rglob(f"{named.stored}*")):
        os.utime(found, (long_ago, long_ago))
    os.utime(half, (long_ago, long_ago))
    assert (
        folder.sweep({named.stored}, datetime.now(UTC)) == 3
    )  # the orphan, its small picture, the half of a file
    assert sorted(found.name for found in lying_in(folder)) == sorted(
        name for kept in (named, fresh) for name in (kept.stored, f"{kept.stored}.thumb")
    )


@pytest.mark.parametrize(("command", "fault"), [
    (("/bin/sh", "-c", "exit 1"), FileFault.INFECTED),
    (("/bin/sh", "-c", "exit 2"), FileFault.NOT_SCANNED),
    (("/nowhere/scanner",), FileFault.NOT_SCANNED),
])  # fmt: skip
def test_what_the_scanner_does_not_find_clean_is_refused(
    tmp_path: Path, command: tuple[str, ...], fault: FileFault
) -> None:
    folder = Folder(tmp_path / "files", command)
    with pytest.raises(FileRefused) as refusal:
        folder.take_in(BytesIO(PDF), "a.pdf")
    assert refusal.value.fault is fault
    assert lying_in(folder) == []


def test_what_the_scanner_finds_clean_is_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files", ("/bin/sh", "-c", 'test -f "$0"'))
    assert folder.take_in(BytesIO(PDF), "a.pdf").size == len(PDF)
