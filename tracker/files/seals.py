"""Seals as files in a folder: written once, never overwritten, readable by everybody."""

import os
from pathlib import Path

from tracker.domain.seals import SignedSeal, read_seal, seal_text

PATTERN = "seal-*.json"


class UnreadableSeal(Exception):  # noqa: N818 - told to the person
    """A file of the folder is no seal; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def write_seal(folder: Path, seal: SignedSeal) -> Path:
    """Write a seal and return its file; on the disk when this returns.

    Raises:
        FileExistsError: a seal of that name is there.
        OSError: the folder cannot be written.
    """
    path = folder / seal.name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(seal_text(seal))
        file.flush()
        os.fsync(file.fileno())
    return path


def read_seals(folder: Path) -> list[SignedSeal]:
    """List the seals of a folder, in the order of their names.

    Raises:
        UnreadableSeal: a file that is named like a seal is none.
    """
    found = []
    for path in sorted(folder.glob(PATTERN)):
        try:
            found.append(read_seal(path.read_text(encoding="ascii")))
        except (ValueError, KeyError):
            raise UnreadableSeal(path.name) from None
    return found
