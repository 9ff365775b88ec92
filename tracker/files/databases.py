"""A whole database into a file, and back: SQLite's online copy, PostgreSQL's own tools."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pysqlite3
from sqlalchemy import URL, make_url

from tracker.queries.row_security import SYSTEM

TOO_LONG = 6 * 3600
"""Seconds after which a dump or a restore is given up."""

_COMPANIONS = ("-wal", "-shm", "-journal")
_REVISION = re.compile(r"^COPY \S*alembic_version .*;\n(\S+)\n\\\.$", re.MULTILINE)


class ToolFailed(Exception):  # noqa: N818 - told to the person
    """SQLite or a tool of PostgreSQL is missing or gave up; `words` is what it said first."""

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


def left_beside(database: Path) -> list[Path]:
    """List what a SQLite database that stood at this place left there, itself included.

    SQLite takes a journal beside a file for its own, whatever database it was written for.
    """
    beside = (database.with_name(database.name + ending) for ending in _COMPANIONS)
    is_filled = database.exists() and database.stat().st_size > 0
    return [*([database] if is_filled else []), *(one for one in beside if one.exists())]


def revision_in(copy: Path, database_url: str) -> str | None:
    """Return the revision of the database in a copy; None when it is none of ours.

    The copy is opened without writing to it; one of SQLite is read whole.

    Raises:
        ToolFailed: it is no copy for a database of this kind, or it is broken.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return _revision_in_sqlite(copy)
    only = ("--data-only", "--table=alembic_version", "--file=-", str(copy))
    found = _REVISION.search(_run(url, "pg_restore", *only, to_name=False))
    return found[1] if found else None


def copy_in(source: Path, database_url: str) -> None:
    """Write a copy into an empty place.

    Raises:
        ToolFailed: pg_restore is missing or gave up; nothing was written then.
        OSError: the place cannot be written; nothing is left there.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        target = Path(url.database or "")
        part = target.with_name(f"{target.name}.part")
        try:
            shutil.copyfile(source, part)
            part.chmod(0o600)
            keep_on_disk(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
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
    original = pysqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    copy = pysqlite3.connect(str(target))
    try:
        original.backup(copy)
        # One file without a companion, whatever it is copied with afterwards.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        original.close()


def _revision_in_sqlite(copy: Path) -> str | None:
    opened = pysqlite3.connect(f"{copy.absolute().as_uri()}?immutable=1", uri=True)
    try:
        [[flaw]] = opened.execute("PRAGMA quick_check(1)").fetchall()
        if flaw != "ok":
            raise ToolFailed("SQLite", f"{copy.name}: {flaw}")
        if not opened.execute("PRAGMA table_info(alembic_version)").fetchall():
            return None
        row = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except pysqlite3.Error as fault:
        raise ToolFailed("SQLite", f"{copy.name}: {fault}") from None
    finally:
        opened.close()
    return str(row[0]) if row else None


def _as_the_product(url: URL) -> URL:
    """Return the address for a tool that has to see every row."""
    return url.update_query_dict({"options": SYSTEM})


def _run(url: URL, tool: str, *arguments: str, to_name: bool) -> str:
    """Run a tool of PostgreSQL to its end and return what it wrote."""
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
    return done.stdout
