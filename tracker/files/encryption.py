"""Files that only the holder of a key reads: AES-256-GCM in pieces, whole or not at all.

A piece is bound to its place and to whether it is the last, so that none can be left out, put
elsewhere or cut off unnoticed. After the mark and a random start stand pieces of PIECE bytes.
"""

import base64
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"tracker-enc-1\n"
PIECE = 2**20
KEY_BYTES = 32
_START, _TAG = 7, 16


class CannotDecrypt(Exception):  # noqa: N818 - told to the person
    """The key is another, or the file was altered."""


def read_key(path: Path) -> bytes:
    """Return the key of a file: 32 bytes in URL-safe base64.

    Raises:
        ValueError: it holds none.
        OSError: it cannot be read.
    """
    text = path.read_text(encoding="ascii").strip()
    key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(key) != KEY_BYTES:
        raise ValueError(KEY_BYTES)
    return key


def encrypt_file(source: Path, target: Path, key: bytes) -> None:
    """Write a file encrypted."""
    cipher, start = AESGCM(key), secrets.token_bytes(_START)
    with source.open("rb") as plain, target.open("wb") as out:
        out.write(MARK + start)
        number, piece = 0, plain.read(PIECE)
        while True:
            following = plain.read(PIECE)
            nonce = _nonce(start, number, is_last=not following)
            out.write(cipher.encrypt(nonce, piece, MARK))
            if not following:
                return
            number, piece = number + 1, following


def decrypt_file(source: Path, target: Path, key: bytes) -> None:
    """Write a file decrypted.

    Raises:
        CannotDecrypt: nothing of what was written is to be used.
    """
    cipher = AESGCM(key)
    with source.open("rb") as sealed, target.open("wb") as out:
        if sealed.read(len(MARK)) != MARK:
            raise CannotDecrypt
        start = sealed.read(_START)
        number, piece = 0, sealed.read(PIECE + _TAG)
        while True:
            following = sealed.read(PIECE + _TAG)
            nonce = _nonce(start, number, is_last=not following)
            try:
                out.write(cipher.decrypt(nonce, piece, MARK))
            except (InvalidTag, ValueError):
                raise CannotDecrypt from None
            if not following:
                return
            number, piece = number + 1, following


def _nonce(start: bytes, number: int, *, is_last: bool) -> bytes:
    return start + number.to_bytes(4, "big") + (b"\1" if is_last else b"\0")
