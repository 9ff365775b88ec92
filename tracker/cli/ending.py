"""Ends a command that is told to stop: what it has open is closed, what it began is undone."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_ENDING = (signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL = 128
"""What a shell adds to the number of a signal that ended a program."""


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Turn the signals that end a program into an exit, so that nothing half done is left.

    A signal that is ignored (nohup) stays ignored. Servers set their own afterwards.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _ENDING}
    for one in _ENDING:
        if before[one] is signal.SIG_DFL:
            signal.signal(one, _end)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    for one in _ENDING:  # a second one would break off the tidying up
        signal.signal(one, signal.SIG_IGN)
    raise SystemExit(_BY_SIGNAL + number)
