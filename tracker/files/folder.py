"""The folder of documents and photographs: what is taken in, kept whole, and read again.

A file lies there before the row that names it is committed, so no row is ever without its file;
a file that no row names, because the deed was refused or the machine stopped, is swept later.
"""

import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from tracker.domain.attachments import (
    MOST_BYTES,
    FileFault,
    FileRefused,
    KeptFile,
    Place,
    Seen,
    kind_of,
    shown_name,
)
from tracker.files.databases import keep_on_disk

INCOMING = "incoming"
THUMBNAIL = ".thumb"
OLD_ENOUGH = 3_600
"""Seconds after which a file that nothing names belongs to no deed that is still going on."""
_CHUNK = 256 * 1024
_LOOKING_SECONDS = 20
_SCANNING_SECONDS = 60


class FileLost(Exception):  # noqa: N818 - told to the person, and by verify
    """A file is not there, or is not what was kept."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where files lie, and the command that looks for what infects computers, if there is one.

    The scanner gets the path of a file as its last argument and ends with 0 when it is clean, 1
    when it is infected, anything else when it could not tell.
    """

    path: Path
    scanner: tuple[str, ...] = ()

    def take_in(self, stream: IO[bytes], sent_name: str) -> KeptFile:
        """Keep what is sent, once it was found harmless, and return what the row shall say.

        Raises:
            FileRefused: it is not taken; nothing of it remains.
        """
        name = shown_name(sent_name)
        stored = secrets.token_hex(16)
        incoming = self.path / INCOMING
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        parts = [incoming / f"{stored}{ending}" for ending in ("", ".clean", THUMBNAIL)]
        try:
            return self._keep(stream, name, stored, parts)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)

    def read(self, stored: str, sha256: str) -> bytes:
        """Return a file whose bytes are those that were kept.

        Raises:
            FileLost: it is not there, or was changed.
        """
        content = self._bytes(self.place_of(stored))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileLost(stored)
        return content

    def read_thumbnail(self, stored: str) -> bytes:
        """Return the small picture of a photograph; one that a restore left out is made anew.

        Raises:
            FileLost: there is neither picture nor photograph.
        """
        place = self.place_of(stored)
        small = place.with_suffix(THUMBNAIL)
        if not small.exists() and place.exists():
            parts = [self.path / INCOMING / f"{secrets.token_hex(16)}{end}" for end in ("", "s")]
            parts[0].parent.mkdir(mode=0o700, exist_ok=True)
            kind = "png" if self._bytes(place).startswith(b"\x89PNG") else "jpg"
            _look(kind, place, *parts)
            parts[0].unlink()
            parts[1].replace(small)
        return self._bytes(small)

    def drop(self, stored: str) -> None:
        """Remove a file whose deed was refused."""
        place = self.place_of(stored)
        for part in (place, place.with_suffix(THUMBNAIL)):
            part.unlink(missing_ok=True)

    def place_of(self, stored: str) -> Path:
        """Return where a file lies: by the first two signs of its name, so that no folder swells.

        Raises:
            FileLost: no file of ours is called so.
        """
        if len(stored) != 32 or not set(stored) <= set("0123456789abcdef"):
            raise FileLost(stored)
        return self.path / stored[:2] / stored

    def apart(self, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield the stored names of rows whose file is `missing` or `changed`."""
        for stored, sha256 in rows:
            try:
                place = self.place_of(stored)
                with place.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except (OSError, FileLost):
                yield stored, "missing"
            else:
                if found != sha256:
                    yield stored, "changed"

    def sweep(self, named: Collection[str], now: datetime) -> int:
        """Remove what no row names and no deed is about to name; return how many files."""
        before, gone = now.timestamp() - OLD_ENOUGH, 0
        for found in (*self.path.glob("[0-9a-f][0-9a-f]/*"), *self.path.glob(f"{INCOMING}/*")):
            is_named = found.parent.name != INCOMING and found.stem in named
            if not is_named and found.stat().st_mtime < before:
                found.unlink(missing_ok=True)
                gone += 1
        return gone

    def _keep(self, stream: IO[bytes], name: str, stored: str, parts: list[Path]) -> KeptFile:
        sent, clean, thumbnail = parts
        beginning, sent_sha256 = _write(stream, sent)
        kind = kind_of(name, beginning)
        self._scan(sent)
        told = _look(kind.value, *parts)
        lasting = clean if kind.is_image else sent
        with lasting.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = lasting.stat().st_size
        if size > MOST_BYTES:
            raise FileRefused(FileFault.TOO_LARGE, MOST_BYTES)
        place = self.place_of(stored)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        for part, target in ((lasting, place), (thumbnail, place.with_suffix(THUMBNAIL))):
            if part.exists():
                part.chmod(0o600)
                keep_on_disk(part)
                part.replace(target)
        keep_on_disk(place.parent)
        seen = _seen(told) if kind.is_image else None
        return KeptFile(stored, name, kind, size, sha256, sent_sha256, seen)

    def _scan(self, path: Path) -> None:
        if not self.scanner:
            return
        try:
            done = subprocess.run(  # noqa: S603 - the command is the operator's own
                [*self.scanner, str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SCANNING_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise FileRefused(FileFault.NOT_SCANNED) from None
        if done.returncode != 0:
            is_infected = done.returncode == 1
            raise FileRefused(FileFault.INFECTED if is_infected else FileFault.NOT_SCANNED)

    def _bytes(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError:
            raise FileLost(path.name) from None


def _write(stream: IO[bytes], target: Path) -> tuple[bytes, str]:
    """Write what is sent to a new file; return its first bytes and the sum of all."""
    beginning, size, digest = b"", 0, hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := stream.read(_CHUNK):
            beginning = beginning or chunk[:64]
            size += len(chunk)
            if size > MOST_BYTES:
                raise FileRefused(FileFault.TOO_LARGE, MOST_BYTES)
            digest.update(chunk)
            file.write(chunk)
    return beginning, digest.hexdigest()


def _look(kind: str, source: Path, clean: Path, thumbnail: Path) -> dict[str, Any]:
    """Return what another process, which may use little, found in a file."""
    command = [sys.executable, "-I", "-m", "tracker.files.looking", kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [*command, str(source), str(clean), str(thumbnail)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LOOKING_SECONDS,
            check=False,
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        # It ran out of what it may use, or fell over what it read.
        raise FileRefused(FileFault.BOMB) from None
    if "fault" in told:
        raise FileRefused(FileFault(told["fault"]))
    return told


def _seen(told: dict[str, Any]) -> Seen:
    taken, latitude = told.get("taken_at"), told.get("latitude")
    return Seen(
        told["width"],
        told["height"],
        datetime.fromisoformat(taken) if taken else None,
        Place(latitude, told["longitude"]) if latitude is not None else None,
    )
