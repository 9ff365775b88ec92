"""A real mail server on this computer that takes letters, refuses them and hangs up by chance."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from random import Random
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

CALM: dict[str, int] = {"taken": 1}
STORMY: dict[str, int] = {
    "taken": 70,
    "later_at_recipient": 6,
    "gone_before": 6,
    "later_after_body": 5,
    "taken_and_gone": 5,
    "lost_and_gone": 5,
    "silence": 1,
}
"""What happens to a letter, and how often in a hundred."""
SILENCE = 1.6
"""Seconds without an answer: longer than the senders of these tests wait."""


@dataclass
class Relay:
    """What the server took, by the number of the letter, and what else it did."""

    dice: Random
    chances: dict[str, int]
    taken: list[tuple[str, str]] = field(default_factory=list)
    letters: list[Message] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    mood: str = "taken"
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Decide what happens to this letter."""
        self.mood = self.dice.choices([*self.chances], [*self.chances.values()])[0]
        setattr(server, "mood", self.mood)  # noqa: B010 - each connection has its own
        if self.mood == "gone_before":
            self._hang_up(server)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take or refuse the address."""
        if getattr(server, "mood", "") == "later_at_recipient":
            self.did["later_at_recipient"] += 1
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take the letter, or not, and say so, or not."""
        mood = getattr(server, "mood", "taken")
        self.did[mood] += 1
        if mood == "later_after_body":
            return "452 later"
        if mood != "lost_and_gone":
            content = envelope.content
            letter = message_from_bytes(content if isinstance(content, bytes) else b"")
            self.letters.append(letter)
            self.taken.append((str(letter["Message-ID"]), envelope.rcpt_tos[0]))
        if mood in {"taken_and_gone", "lost_and_gone"}:
            self._hang_up(server)
        if mood == "silence":
            await asyncio.sleep(SILENCE)
        return "250 taken"

    def _hang_up(self, server: SMTP) -> None:
        self.did["hung_up"] += 1
        transport = server.transport
        if transport is not None:
            transport.abort()


class _Anywhere(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_relay(seed: int, chances: dict[str, int]) -> Iterator[Relay]:
    """Run a mail server on the loopback while the block lasts."""
    relay = Relay(Random(seed), chances)
    controller = _Anywhere(relay, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        relay.port = controller.port
        yield relay
    finally:
        controller.stop()
