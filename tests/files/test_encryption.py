"""An encrypted file is read whole by whoever has the key, and by nobody else."""

from pathlib import Path

import pytest

from tracker.files import encryption
from tracker.files.encryption import CannotDecrypt, decrypt_file, encrypt_file, read_key

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "PIECE", 64)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 1_000])
def test_what_was_encrypted_comes_back(tmp_path: Path, length: int) -> None:
    plain, sealed, again = (tmp_path / name for name in ("plain", "sealed", "again"))
    plain.write_bytes(bytes(number % 251 for number in range(length)))
    encrypt_file(plain, sealed, KEY)
    decrypt_file(sealed, again, KEY)
    assert again.read_bytes() == plain.read_bytes()
    assert length < 8 or plain.read_bytes()[:8] not in sealed.read_bytes()


def test_no_part_can_be_changed_moved_or_cut_off(tmp_path: Path) -> None:
    plain, sealed, broken, out = (tmp_path / name for name in ("p", "s", "b", "o"))
    plain.write_bytes(b"x" * 300)
    encrypt_file(plain, sealed, KEY)
    content = sealed.read_bytes()
    head, piece = len(encryption.MARK) + 7, 64 + 16
    pieces = [content[at : at + piece] for at in range(head, len(content), piece)]
    versions = [
        content[:-1],
        content[: head + 2 * piece],
        content[:head] + b"".join([pieces[1], pieces[0], *pieces[2:]]),
        content + b"x",
        b"another" + content,
        content[:40] + bytes([content[40] ^ 1]) + content[41:],
        content[:head],
    ]
    for version in versions:
        broken.write_bytes(version)
        with pytest.raises(CannotDecrypt):
            decrypt_file(broken, out, KEY)
    with pytest.raises(CannotDecrypt):
        decrypt_file(sealed, out, OTHER)


def test_a_key_file_holds_thirty_two_bytes(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", encoding="ascii")
    assert read_key(file) == KEY
    file.write_text("YWJj", encoding="ascii")
    with pytest.raises(ValueError, match="32"):
        read_key(file)
