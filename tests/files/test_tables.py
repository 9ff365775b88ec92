"""Bytes to rows: what is a table of ours, and what is refused before it is read."""

import pytest

from tracker.files.tables import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_IN_A_CELL,
    MOST_ROWS,
    UnreadableFile,
    read_table,
)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_usual_forms_of_csv_are_read(mark: bytes, sign: str, end: str) -> None:
    content = mark + end.join([f"a{sign}b", f'"x{sign}y"{sign}Đường', f"1{sign}"]).encode()
    table = read_table(content)
    assert table.header == ("a", "b")
    assert table.rows == ((2, (f"x{sign}y", "Đường")), (3, ("1", "")))


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    assert read_table(b"a,b\n1,2\n\n , \n3,4\n").rows == ((2, ("1", "2")), (5, ("3", "4")))


def test_a_cell_may_hold_line_ends_and_quotes() -> None:
    assert read_table(b'a,b\n"one\ntwo","say ""so"""\n').rows == ((2, ("one\ntwo", 'say "so"')),)


def test_formulas_are_just_text() -> None:
    assert read_table(b"a\n=cmd|'/c calc'!A1\n").rows == ((2, ("=cmd|'/c calc'!A1",)),)


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "empty", None),
        (b" \n\n", "empty", None),
        (b"PK\x03\x04rest of a workbook", "workbook", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook", None),
        ("a,b\n1,2\n".encode("utf-16"), "not_utf8", 1),
        (b"a,b\n1,\xe9\n", "not_utf8", 2),
        (b"a,b\n1,2\n\xed\xa0\x80,2\n", "not_utf8", 3),
        (b"a,b\n1,\x002\n", "binary", 2),
        (b"\x7fELF\x00\x00", "binary", 1),
        (b'a,b\n"1,2\n', "malformed_csv", 2),
        (b'a,b\n"1"x,2\n', "malformed_csv", 2),
        (b",,\n1,2,3\n", "no_header", None),
        (b",".join([b"x"] * (MOST_COLUMNS + 1)), "too_many_columns", 1),
        (b"a\n" + b"x" * (MOST_IN_A_CELL + 1), "cell_too_long", 2),
        (b"a\n" + b"x" * 1_000_000, "malformed_csv", 2),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), "too_many_rows", None),
        (b"a" * (MOST_BYTES + 1), "too_large", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes, code: str, row: int | None) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_table(content)
    assert (refusal.value.code, refusal.value.row) == (code, row)
