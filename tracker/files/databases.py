"""A whole database into a file, and back: SQLite's online copy, PostgreSQL's own tools."""

import os
import shutil
import subprocess
from pathlib import Path

import pysqlite3
from sqlalchemy import URL, make_url

from tracker.queries.row_security import SYSTEM

TOO_LONG = 6 * 3600
"""Seconds after which a dump or a restore is given up."""


class ToolFailed(Exception):  # noqa: N818 - told to the person
    """A tool of PostgreSQL is missing or gave up; `words` is the first line it said."""

    def __init__(self, tool: str, words: str) -> None:
        super().__init__(f"{tool}: {words}")
        self.tool, self.words = tool, words


def ending_of(database_url: str) -> str:
    """Return what the name of a backup of this database ends in."""
    return "db" if database_url.startswith("sqlite") else "dump"


def copy_out(database_url: str, target: Path) -> None:
    """Write the database as it is at this moment; whoever writes to it is not kept waiting.

    Raises:
        ToolFailed: pg_dump is missing or gave up.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(url.database or ""), target)
    else:
        # Policies bind the owner too: the dump reads as the product itself, and so all there is.
        options = ("--format=custom", "--no-owner", "--enable-row-security", f"--file={target}")
        _run(_as_the_product(url), "pg_dump", *options, to_name=True)
    keep_on_disk(target)


def copy_in(source: Path, database_url: str) -> None:
    """Write a copy into an empty place.

    Raises:
        ToolFailed: pg_restore is missing or gave up; nothing was written then.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        target = Path(url.database or "")
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, part)
        part.chmod(0o600)
        keep_on_disk(part)
        part.replace(target)
        keep_on_disk(target.parent)
    else:
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        url = _as_the_product(url)
        plain = url.set(drivername="postgresql", password=None)
        where = f"--dbname={plain.render_as_string(hide_password=False)}"
        _run(url, "pg_restore", *options, where, str(source), to_name=False)


def keep_on_disk(path: Path) -> None:
    """Return only when the disk has what was written to a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_sqlite(source: Path, target: Path) -> None:
    original = pysqlite3.connect(f"file:{source}?mode=ro", uri=True)
    copy = pysqlite3.connect(str(target))
    try:
        original.backup(copy)
        # One file without a companion, whatever it is copied with afterwards.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        original.close()


def _as_the_product(url: URL) -> URL:
    """Return the address for a tool that has to see every row."""
    return url.update_query_dict({"options": SYSTEM})


def _run(url: URL, tool: str, *arguments: str, to_name: bool) -> None:
    program = shutil.which(tool, path=os.environ.get("PG_BIN")) or shutil.which(tool)
    if program is None:
        raise ToolFailed(tool, "không tìm thấy; đặt PG_BIN là thư mục chứa nó")
    environ = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    command = [program, *arguments]
    if to_name:  # the password is never part of a command line
        plain = url.set(drivername="postgresql", password=None)
        command.append(plain.render_as_string(hide_password=False))
    try:
        done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's, the address our own
            command, env=environ, capture_output=True, text=True, timeout=TOO_LONG, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise ToolFailed(tool, str(fault)) from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise ToolFailed(tool, lines[0] if lines else str(done.returncode))
