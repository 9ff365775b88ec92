"""Sends what is due: takes some letters, marks each before it leaves and after it was taken.

What a crash or a lost connection leaves open is never sent a second time by itself
(docs/decisions/0021-letters-leave-once.md).
"""

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import MessageError

from sqlalchemy.orm import Session

from tracker.domain.outbox import MailKind, MailState, Problem, Relay
from tracker.mail.letters import write_letter
from tracker.mail.relay import Line, NobodyKnows, NotTaken
from tracker.services import outbox
from tracker.services.correspondence import code_of
from tracker.services.outbox import Claimed
from tracker.services.sealing import Vault

AT_ONCE = 20
"""Letters taken together: what one sender that dies can hold up for the time of a lease."""


@dataclass(frozen=True)
class Office:
    """What sending needs of its installation; `writing` gives a transaction each time."""

    writing: Callable[[], AbstractContextManager[Session]]
    now: Callable[[], datetime]
    today: date
    vault: Vault
    relay: Relay


def send_due(office: Office) -> Counter[MailState]:
    """Send every letter that is due, and return how many ended in which state.

    Ends early when the relay cannot be reached: nothing is lost, the next run goes on.
    """
    claim, done = secrets.token_hex(8), Counter[MailState]()
    while True:
        with office.writing() as session:
            done[MailState.UNKNOWN] += outbox.free_lapsed(session, office.now())
            mails = outbox.claim_due(session, office.now(), claim, AT_ONCE)
        if not mails:
            return +done
        if not _send(office, mails, done):
            return +done


def _send(office: Office, mails: list[Claimed], done: Counter[MailState]) -> bool:
    """Send some letters over as few connections as it takes; False when there is no relay."""
    rest = list(mails)
    while rest:
        try:
            with Line(office.relay) as line:
                while rest:
                    _send_one(office, line, rest[0], done)
                    rest.pop(0)
        except NotTaken as answer:
            mail = rest.pop(0)
            with office.writing() as session:
                state = outbox.refused(session, mail, answer.problem, office.now(), office.relay)
                done[state] += 1
                if answer.problem is Problem.NO_CONNECTION:
                    outbox.release(session, rest)
                    return False
        except NobodyKnows:
            mail = rest.pop(0)
            with office.writing() as session:
                outbox.lost(session, mail, office.now())
            done[MailState.UNKNOWN] += 1
    return True


def _send_one(office: Office, line: Line, mail: Claimed, done: Counter[MailState]) -> None:
    """Send one letter; whatever is raised ends the connection, and the letter with it.

    Raises:
        NotTaken, NobodyKnows: what became of it.
    """
    with office.writing() as session:
        letter = outbox.letter_of(session, mail, office.today)
        if isinstance(letter, Problem):
            outbox.dropped(session, mail, letter, office.now())
            done[MailState.DROPPED] += 1
            return
    code = ""
    if letter.kind is MailKind.ADDRESS and letter.asked_at is not None:
        code = code_of(office.vault, letter.person_id, letter.address, letter.asked_at)
    try:
        message = write_letter(letter, office.relay, office.now(), code)
    except (ValueError, MessageError):
        with office.writing() as session:
            outbox.dropped(session, mail, Problem.NO_ADDRESS, office.now())
        done[MailState.DROPPED] += 1
        return
    line.offer(letter.address)
    with office.writing() as session:
        if not outbox.begin(session, mail, letter.address, office.now()):
            raise NotTaken(Problem.NOT_NOW)  # another sender has it: nothing of it may leave
    line.hand_over(message)
    with office.writing() as session:
        outbox.arrived(session, mail, office.now())
    done[MailState.SENT] += 1
