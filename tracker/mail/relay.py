"""The way to the office's mail server: one connection, and what surely did or did not leave."""

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType

from tracker.domain.outbox import Encryption, Problem, Relay

_GO_AHEAD, _TAKEN = 354, 250
_NEVER = 500
_LEADING_DOT = re.compile(rb"(?m)^\.")


class NotTaken(Exception):  # noqa: N818 - an answer, not a fault
    """The relay surely did not take the letter."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class NobodyKnows(Exception):  # noqa: N818 - an answer, not a fault
    """The connection ended after the letter had begun to leave."""


class Line:
    """A connection to the relay; it is opened when it is entered.

    Raises:
        NotTaken: the relay cannot be reached, or does not let this instance in.
    """

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Line":
        """Connect, encrypt and sign in."""
        try:
            self._smtp = self._connect()
        except (OSError, smtplib.SMTPException) as fault:
            raise NotTaken(Problem.NO_CONNECTION) from fault
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Hang up; politely when nothing was left half said."""
        if self._smtp is None:
            return
        if _type is None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
        else:
            self._smtp.close()

    def offer(self, address: str) -> None:
        """Ask the relay to take a letter for an address; it waits for the letter afterwards.

        Raises:
            NotTaken: it says no, or hangs up; nothing of the letter has left.
        """
        steps = (
            (f"mail FROM:<{self._relay.sender}>", False),
            (f"rcpt TO:<{address}>", True),
            ("data", False),
        )
        for command, is_final in steps:
            try:
                code, _ = self._open.docmd(command)
            except (OSError, smtplib.SMTPException) as fault:
                raise NotTaken(Problem.NOT_NOW) from fault
            if code not in {_TAKEN, _GO_AHEAD, 251}:
                # Only what is said of the address is said for good.
                never = is_final and code >= _NEVER
                raise NotTaken(Problem.REFUSED if never else Problem.NOT_NOW)

    def hand_over(self, message: EmailMessage) -> None:
        """Send the letter that the relay waits for.

        Raises:
            NotTaken: the relay read it and said no.
            NobodyKnows: the connection ended before it said anything.
        """
        body = _LEADING_DOT.sub(b"..", message.as_bytes(policy=SMTP))
        try:
            self._open.send(body + b"." + b"\r\n")
            code, _ = self._open.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            raise NobodyKnows from fault
        if code != _TAKEN:
            raise NotTaken(Problem.REFUSED if code >= _NEVER else Problem.NOT_NOW)

    @property
    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise smtplib.SMTPServerDisconnected
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        relay = self._relay
        own_name = relay.sender.rpartition("@")[2]
        if relay.encryption is Encryption.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host,
                relay.port,
                own_name,
                timeout=relay.timeout,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, own_name, timeout=relay.timeout)
        try:
            if relay.encryption is Encryption.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if relay.user:
                smtp.login(relay.user, relay.password)
        except BaseException:
            smtp.close()
            raise
        return smtp
