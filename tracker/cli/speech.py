"""How the command speaks: plain lines out, one sentence for whatever went wrong."""

import os
import sys
from enum import IntEnum
from typing import TextIO


class Exit(IntEnum):
    """What the shell is told."""

    DONE = 0
    REFUSED = 1
    """Something asked for was not done; the sentence says why."""
    DIFFERENCES = 2
    """Also what a wrong argument gives, as everywhere on the command line."""
    COULD_NOT_RUN = 3


class CannotGoOn(Exception):  # noqa: N818 - an answer to the person, not a fault
    """The command stops here. `sentences` are for the person."""

    def __init__(self, *sentences: str, code: Exit = Exit.REFUSED) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.code = code


def say(line: str = "") -> None:
    """Write a line for the person."""
    _write(sys.stdout, line)


def complain(line: str) -> None:
    """Write a line about a fault, where pipes do not take it for an answer."""
    _write(sys.stderr, line)


def _write(stream: TextIO, line: str) -> None:
    """Write what the stream can carry, and a question mark for what it cannot.

    Once nobody reads any more (`| head`), what was asked for is still done, in silence.
    """
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(f"{line}\n".encode(encoding, "replace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def printable(text: str) -> str:
    """Return text from a file without anything that could steer the terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def number(count: int) -> str:
    """Return a whole number as it is written in Vietnamese: 1.234.567."""
    return f"{count:,}".replace(",", ".")
