"""The folder of the backups: what is there, how old the newest is, what may go."""

from datetime import datetime
from pathlib import Path

from tracker.domain.backups import Keep, made_at, superfluous


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
