"""Deeds that many do at once, each in a session of its own."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.db import start_writing

TRIES = 10

Result = TypeVar("Result")


def carried_out(engine: Engine, deed: Callable[[Session], Result]) -> Result:
    """Do a deed and commit it; one that waited too long is sent again, as people are told to."""
    for _ in range(TRIES):
        try:
            with Session(engine) as session:
                start_writing(session)
                result = deed(session)
                session.commit()
                return result
        except OperationalError as fault:
            if "deadlock" in str(fault):
                raise
            busy = fault
    raise busy
