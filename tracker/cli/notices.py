"""The round of each working day and the outbox, from the command line; timers run both."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.cli.database import (
    act_of_system,
    check_schema,
    opened,
    read_settings,
    reading,
    writing,
)
from tracker.cli.speech import CannotGoOn, Exit, number, say
from tracker.clock import Clock
from tracker.config import Settings
from tracker.domain.outbox import MailState
from tracker.domain.refusals import Refusal
from tracker.mail.sending import Office, send_due
from tracker.services.daily import do_round
from tracker.services.outbox import send_again, unknown_letters
from tracker.services.sealing import Vault

_STATES = {
    MailState.SENT: "đã gửi",
    MailState.WAITING: "chờ lần sau",
    MailState.UNKNOWN: "không rõ đã đi hay chưa",
    MailState.GIVEN_UP: "thôi không gửi nữa",
    MailState.DROPPED: "không còn gì để gửi",
}


def daily(_: argparse.Namespace) -> int:
    """Do the round of the day and return the exit code."""
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            done = do_round(session, act_of_system(session, settings))
    if done is None:
        say("Hôm nay cơ quan không làm việc: không nhắc ai.")
    else:
        say(
            f"Đã nhắc {number(done.stale)} dự án chậm cập nhật; {number(done.notices)} thông báo"
            f" mới; {number(done.digests)} thư gộp."
        )
    return Exit.DONE


def send_mail(asked: argparse.Namespace) -> int:
    """Send what is due, or say what is unknown, and return the exit code."""
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        if asked.again is not None:
            return _again(engine, settings, asked.again)
        if asked.unknown:
            return _list_unknown(engine)
        return _send(engine, settings)


def _send(engine: Engine, settings: Settings) -> int:
    if settings.relay is None:
        raise CannotGoOn(
            "Chưa có máy chủ thư: đặt TRACKER_SMTP_HOST, TRACKER_SMTP_FROM và TRACKER_PUBLIC_URL.",
            code=Exit.COULD_NOT_RUN,
        )
    clock = Clock(settings.today)

    @contextmanager
    def transaction() -> Iterator[Session]:
        with writing(engine) as session:
            yield session

    office = Office(
        transaction, clock.now, clock.today(), Vault(settings.secret_key), settings.relay
    )
    done = send_due(office)
    told = [f"{words} {number(done[state])}" for state, words in _STATES.items() if done[state]]
    say(f"Thư: {', '.join(told) or 'không có thư nào đến lượt'}.")
    return Exit.DONE


def _list_unknown(engine: Engine) -> int:
    with reading(engine) as session:
        letters = unknown_letters(session)
    for one in letters:
        say(f"{one.id}: {one.username}, {one.made_at:%d/%m/%Y %H:%M} UTC, {one.problem}")
    if not letters:
        say("Không có thư nào không rõ đã đi hay chưa.")
    return Exit.DONE


def _again(engine: Engine, settings: Settings, mail_id: int) -> int:
    with writing(engine) as session:
        try:
            send_again(session, act_of_system(session, settings), mail_id)
        except Refusal:
            raise CannotGoOn(f"Thư {mail_id} không có, hoặc không phải thư không rõ.") from None
    say(f"Thư {mail_id} sẽ được gửi lại ở lần gửi tới.")
    return Exit.DONE
