"""Which files are taken, by name and first bytes alone."""

import pytest

from tests.factories.hostile_files import HARMLESS, NAMES
from tracker.domain.attachments import (
    LONGEST_NAME,
    SUBJECTS,
    FileKind,
    FileRefused,
    kind_of,
    shown_name,
)

BEGINNING = b"%PDF-1.7"


@pytest.mark.parametrize(("name", "fault"), NAMES, ids=lambda one: ascii(one)[:40])
def test_a_name_that_could_do_harm_is_refused(name: str, fault: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        kind_of(shown_name(name), BEGINNING)
    assert refusal.value.fault == fault


@pytest.mark.parametrize(("name", "kind"), [
    ("Quyết định số 12.pdf", FileKind.PDF), ("ẢNH.JPG", FileKind.JPG), ("anh.jpeg", FileKind.JPG),
    ("12.5.2025.png", FileKind.PNG), ("contract.xlsx", FileKind.XLSX),
    ("a" * 251 + ".pdf", FileKind.PDF),
])  # fmt: skip
def test_an_ordinary_name_is_kept(name: str, kind: FileKind) -> None:
    beginnings = {
        FileKind.PDF: b"%PDF-", FileKind.JPG: b"\xff\xd8\xff", FileKind.PNG: b"\x89PNG\r\n\x1a\n",
        FileKind.XLSX: b"PK\x03\x04",
    }  # fmt: skip
    assert shown_name(name) == name
    assert kind_of(name, beginnings[kind]) is kind


def test_a_decomposed_name_is_composed_and_bounded_in_bytes() -> None:
    assert shown_name("Quye\u0302\u0301t.pdf") == "Quyết.pdf"
    assert len(shown_name("ộ" * 83 + ".pdf").encode()) <= LONGEST_NAME


def test_every_harmless_name_is_kept() -> None:
    assert [shown_name(name) for name, _content in HARMLESS] == [name for name, _ in HARMLESS]


def test_every_subject_says_by_which_right_files_come_to_it() -> None:
    assert SUBJECTS["project"] == "file:attach"
