"""Letters leave once: whatever the mail server does, and whenever a sender dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.checks.relaying import CALM, STORMY, Relay, a_relay
from tests.conftest import Database, open_engine
from tests.factories.installations import KEY, Instance
from tests.factories.notices import a_proved_address
from tests.factories.people import ON, an_act, the_system
from tests.factories.projects import a_project
from tracker.db import start_writing
from tracker.domain import outbox as rules
from tracker.domain.act import Act
from tracker.domain.notices import Event, NoticeKind
from tracker.domain.outbox import Encryption, MailState
from tracker.domain.people import EVERYTHING, Actor, Permission, Place, Role, RoleGrant
from tracker.mail.sending import Office, send_due
from tracker.models import Mail, Notice, Project
from tracker.services.notices import tell
from tracker.services.sealing import Vault

EVENTS = int(os.environ.get("TRACKER_MAIL_EVENTS", "40"))
"""How many events the storm tells; a thousand when it is measured."""
OFFICERS = 10
SEED = 20250430


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = open_engine(database.copy())
    yield engine
    engine.dispose()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        start_writing(session)
        yield session
        session.commit()


def office_at(engine: Engine, relay: Relay, now: Callable[[], datetime], **changes: int) -> Office:
    """Return an office whose letters go to this server."""
    facts = {"timeout": 1, "tries": 100, "days": 30, **changes}
    settings = rules.Relay(
        "127.0.0.1", relay.port, Encryption.NONE, "nhac@vidu.vn", "https://vidu.vn", **facts
    )
    return Office(lambda: writing(engine), now, ON, Vault(KEY), settings)


def some_people(session: Session, many: int) -> tuple[Act, list[tuple[Project, int]], int]:
    """Make officers of one project each, with addresses, and one who sees none of them."""
    system = the_system(session).id
    grants = tuple(RoleGrant(role, EVERYTHING) for role in Role)
    act = Act(Actor(system, "hethong", "Hệ thống", grants), datetime.now(UTC), ON)
    officers = []
    for _ in range(many):
        project = a_project(session)
        officer = an_act(session, project=project).actor.id
        a_proved_address(session, officer)
        officers.append((project, officer))
    stranger = an_act(session, project=a_project(session)).actor.id
    a_proved_address(session, stranger)
    return act, officers, stranger


def tell_them(session: Session, many: int) -> int:
    """Tell officers so many events, always beside somebody who may not see them."""
    act, officers, stranger = some_people(session, OFFICERS)
    for number in range(many):
        project, officer = officers[number % OFFICERS]
        event = Event(
            NoticeKind.REQUEST_WAITING,
            f"bao:{number}",
            "request",
            number,
            Permission.DISBURSEMENT_RECORD,
            Place(project.unit_path, project.owner_id, project.id),
            {"request": "reverse_disbursement", "asker": "Nguyễn Văn Thử"},
        )
        assert tell(session, act, event, [officer, stranger]) == 1
        assert tell(session, act, event, [officer, stranger]) == 0
    return stranger


def states(engine: Engine) -> Counter[MailState]:
    with Session(engine) as session:
        rows = session.execute(select(Mail.state, func.count()).group_by(Mail.state))
        return Counter({state: many for state, many in rows})  # noqa: C416 - typed


def test_letters_leave_once_through_a_storm(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(engine) as session:
        stranger = tell_them(session, EVENTS)
    kills = 0
    with a_relay(SEED, STORMY) as relay:
        dice = Random(SEED)
        for _ in range(1 + EVENTS // 200):
            kills += killed_while_sending(engine, relay, tmp_path, dice.uniform(0.1, 0.6))
        ahead = timedelta()
        while states(engine)[MailState.WAITING] or states(engine)[MailState.CLAIMED]:
            ahead += timedelta(hours=7)  # pauses and leases are over
            two_at_once(office_at(engine, relay, shifted(ahead)))
        send_due(office_at(engine, relay, shifted(ahead + timedelta(hours=1))))
    ended = states(engine)
    with Session(engine) as session:
        rows = session.execute(select(Mail.message_id, Mail.state, Mail.address, Mail.person_id))
        letters = {f"<{row[0]}@vidu.vn>": row for row in rows}
        told = Counter(session.scalars(select(Notice.key)))
        readers = set(session.scalars(select(Notice.person_id)))
    arrived = Counter(number for number, _ in relay.taken)
    lost = [one for one, row in letters.items() if row[1] is MailState.SENT and one not in arrived]
    with capsys.disabled():
        told_of = f"{EVENTS} events, {kills} senders killed, {dict(relay.did)}"
        print(f"\n{told_of}: {dict(ended)}, taken {len(arrived)}, twice "  # noqa: T201
              f"{sum(many > 1 for many in arrived.values())}, lost {len(lost)}")  # fmt: skip
    assert set(told.values()) == {1}
    assert len(told) == len(letters) == EVENTS
    assert stranger not in readers
    assert max(arrived.values()) == 1  # never twice
    assert lost == []
    assert set(ended) <= {MailState.SENT, MailState.UNKNOWN}
    assert all(letters[number][2] == address for number, address in relay.taken)
    assert kills >= 1
    assert ended[MailState.SENT] > EVENTS / 2


def shifted(ahead: timedelta) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + ahead


def two_at_once(office: Office) -> None:
    """Run two senders side by side to their end."""
    senders = [threading.Thread(target=send_due, args=(office,)) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()


def killed_while_sending(engine: Engine, relay: Relay, folder: Path, seconds: float) -> int:
    """Start the command, let some letters leave, kill it; return 1 when it was still at work."""
    instance = Instance(folder, engine.url.render_as_string(hide_password=False))
    before = len(relay.taken)
    sender = subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", "send-mail"],
        env={
            **instance.environ,
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": str(relay.port),
            "TRACKER_SMTP_TLS": "none",
            "TRACKER_SMTP_FROM": "nhac@vidu.vn",
            "TRACKER_SMTP_TIMEOUT": "1",
            "TRACKER_PUBLIC_URL": "https://vidu.vn",
            "TRACKER_MAIL_TRIES": "100",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(300):
        if len(relay.taken) > before or sender.poll() is not None:
            break
        time.sleep(0.05)
    time.sleep(seconds)
    sender.send_signal(signal.SIGKILL)
    return int(sender.wait() == -signal.SIGKILL)


def test_a_letter_says_what_it_is_about_and_opens_only_after_signing_in(engine: Engine) -> None:
    with writing(engine) as session:
        tell_them(session, 1)
    with a_relay(SEED, CALM) as relay:
        done = send_due(office_at(engine, relay, shifted(timedelta())))
        assert done == {MailState.SENT: 1}
        assert send_due(office_at(engine, relay, shifted(timedelta()))) == {}
    (letter,) = relay.letters
    with Session(engine) as session:
        number = session.scalars(select(Notice.id)).one()
    plain, marked = letter.get_payload()
    text = plain.get_payload(decode=True).decode()
    assert "Nguyễn Văn Thử đề nghị" in text
    assert f"https://vidu.vn/notices/{number}" in text.split()
    assert "Nguyễn Văn Thử" in marked.get_payload(decode=True).decode()
    assert str(letter["Auto-Submitted"]) == "auto-generated"
    assert "token" not in text
    assert "Thử" not in str(letter["Subject"])


def test_a_relay_that_cannot_be_reached_costs_no_letter_a_try(engine: Engine) -> None:
    with writing(engine) as session:
        tell_them(session, 30)
    with a_relay(SEED, CALM) as relay:
        pass  # it is gone
    assert send_due(office_at(engine, relay, shifted(timedelta()))) == {MailState.WAITING: 1}
    with Session(engine) as session:
        rows = session.execute(select(Mail.state, Mail.tries).distinct()).all()
    assert [tuple(row) for row in rows] == [(MailState.WAITING, 0)]


def test_letters_that_are_refused_again_and_again_are_given_up(engine: Engine) -> None:
    with writing(engine) as session:
        tell_them(session, 2)
    ahead = timedelta()
    with a_relay(SEED, {"later_at_recipient": 1}) as relay:
        for _ in range(3):
            ahead += timedelta(hours=7)
            send_due(office_at(engine, relay, shifted(ahead), tries=3))
    assert states(engine) == {MailState.GIVEN_UP: 2}
    assert relay.taken == []
