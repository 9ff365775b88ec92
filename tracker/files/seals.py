"""Seals as files in a folder: written once, never overwritten, readable by everybody."""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.domain.seals import SealCause, SignedSeal, read_seal, seal_text
from tracker.files.databases import keep_on_disk
from tracker.services.seals import SealKey, put_seal

PATTERN = "seal-*.json"


@dataclass(frozen=True, slots=True)
class KeptSeals:
    """The seals of a folder, and the names of the files there that are called seals and are none.

    Both in the order of the names.
    """

    seals: list[SignedSeal]
    unreadable: list[str]


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
    """Write a seal and return its file; whole and on the disk when this returns.

    Raises:
        FileExistsError: a seal of that name is there.
        OSError: the folder cannot be written; nothing of the seal is left in it.
    """
    path = folder / seal.name
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(seal_text(seal))
            file.flush()
            os.fchmod(file.fileno(), 0o444)
            os.fsync(file.fileno())
        _name(part, path)
    finally:
        part.unlink(missing_ok=True)
    keep_on_disk(folder)
    return path


def read_seals(folder: Path) -> KeptSeals:
    """Return the seals of a folder, and what there cannot be read as one."""
    kept = KeptSeals([], [])
    for path in sorted(folder.glob(PATTERN)):
        try:
            kept.seals.append(read_seal(path.read_text(encoding="ascii")))
        except (ValueError, OSError):
            kept.unreadable.append(path.name)
    return kept


def _name(part: Path, path: Path) -> None:
    """Give a file its name, which must be free."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without a second name for a file
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)
