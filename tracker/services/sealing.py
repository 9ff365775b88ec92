"""What must be read again and by nobody else: sealed by a key that is not in the database."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES, _NONCE_BYTES = 32, 12


class Vault:
    """Seals and fingerprints texts by keys made from the installation's secret.

    `about` says what a text is and whose: sealed about one, it cannot be opened about another.
    """

    def __init__(self, secret_key: str) -> None:
        self._cipher = AESGCM(_derived(secret_key, b"tracker sealing"))
        self._print_key = _derived(secret_key, b"tracker fingerprints")

    def seal(self, text: str, about: str) -> str:
        """Return the text sealed (AES-256-GCM); the same text never looks the same twice."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), about.encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, about: str) -> str | None:
        """Return the text; None if it was sealed by another key, about another, or was changed."""
        try:
            raw = urlsafe_b64decode(sealed.encode())
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
        except (InvalidTag, Error, ValueError):
            return None
        return opened.decode()

    def fingerprint(self, text: str, about: str) -> str:
        """Return what tells a text again and does not tell the text (HMAC-SHA-256)."""
        told = f"{about}\x00{text}".encode()
        return hmac.new(self._print_key, told, sha256).hexdigest()


def _derived(secret_key: str, info: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(secret_key.encode())
