"""A device that makes passkeys and signs with them, as browsers hand it on; built for tests."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(told: str) -> bytes:
    return urlsafe_b64decode(told + "=" * (-len(told) % 4))


@dataclass
class Device:
    """One passkey; what it says may be bent by naming another origin, host or flags."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: str = ""
    count: int = 0

    def make(self, options: str, **bent: Any) -> str:
        """Return the answer to options for a new passkey."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        length = len(self.credential).to_bytes(2, "big")
        kept = bytes(16) + length + self.credential + public
        host = bent.get("host", asked["rp"]["id"])
        data = self._data(host, bent.get("flags", PRESENT | VERIFIED) | WITH_KEY) + kept
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked, bent)
        return self._told({"clientDataJSON": text(client), "attestationObject": text(attested)})

    def sign(self, options: str, **bent: Any) -> str:
        """Return the answer to options for signing."""
        asked = json.loads(options)
        self.count += bent.get("steps", 1)
        flags = bent.get("flags", PRESENT | VERIFIED)
        data = self._data(bent.get("host", asked["rpId"]), flags)
        client = self._client("webauthn.get", asked, bent)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        return self._told(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(bent.get("signature", signature)),
                "userHandle": bent.get("handle", self.handle),
            }
        )

    def _data(self, host: str, flags: int) -> bytes:
        return (
            hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, asked: dict[str, Any], bent: dict[str, Any]) -> bytes:
        told = {
            "type": bent.get("kind", kind),
            "challenge": bent.get("challenge", asked["challenge"]),
            "origin": bent.get("origin", "http://localhost"),
        }
        return json.dumps(told).encode()

    def _told(self, response: dict[str, str]) -> str:
        number = text(self.credential)
        told = {"id": number, "rawId": number, "type": "public-key", "response": response}
        return json.dumps(told)
