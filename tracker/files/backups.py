"""The folder of the backups: what is there, how old the newest is, what may go."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.domain.backups import Keep, made_at, superfluous

PART = ".part-"
_LEFT = (PART, ".check-")
_FORSAKEN = timedelta(hours=12)
"""Twice as long as the longest step of a backup may take."""


def newest_backup(folder: Path) -> datetime | None:
    """Return when the newest backup of a folder was made; None when there is none."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return None
    return max((at for name in names if (at := made_at(name)) is not None), default=None)


def thin_out(folder: Path, keep: Keep) -> list[str]:
    """Delete the backups that no rule keeps, and return their names."""
    gone = superfluous((path.name for path in folder.iterdir()), keep)
    for name in gone:
        (folder / name).unlink()
    return gone


def clear_forsaken(folder: Path, now: datetime) -> None:
    """Delete what backups that were killed left half done; one that may still run keeps its own."""
    for path in folder.iterdir():
        if not path.name.startswith(_LEFT) or path.is_symlink() or not path.is_dir():
            continue
        if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > _FORSAKEN:
            shutil.rmtree(path)
