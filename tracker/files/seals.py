"""Seals as files in a folder: written once, never overwritten, readable by everybody."""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.domain.seals import SealCause, SignedSeal, read_seal, seal_text
from tracker.services.seals import SealKey, put_seal

PATTERN = "seal-*.json"


class UnreadableSeal(Exception):  # noqa: N818 - told to the person
    """A file of the folder is no seal; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def keep_seal(
    session: Session, folder: Path, key: SealKey, cause: SealCause, at: datetime
) -> SignedSeal | None:
    """Seal the head, first in the folder and then in the database; None when nothing is new.

    The caller commits.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = put_seal(session, key, cause, at)
    if made is not None:
        write_seal(folder, made)
    return made


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
