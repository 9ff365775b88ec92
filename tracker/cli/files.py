"""The folder of documents and photographs: what it lacks, what nothing names, its backup."""

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.cli.database import check_schema, opened, read_settings, reading
from tracker.cli.speech import CannotGoOn, Exit, number, say
from tracker.clock import Clock
from tracker.config import Settings
from tracker.files.databases import keep_on_disk
from tracker.files.encryption import decrypt_file, encrypt_file
from tracker.files.folder import Folder
from tracker.queries.attachments import kept_files
from tracker.services.verification import Finding

ENCRYPTED = ".enc"
STORE = "files"
"""The folder beside the backups that holds every file once; files never change."""


def files_apart(session: Session, settings: Settings) -> list[Finding]:
    """Return the rows whose file is missing or changed."""
    rows, place = kept_files(session), settings.files_folder
    apart = ((stored, "missing") for stored, _sum in rows)
    return [
        Finding("attachment", stored, f"file_{how}", "nguyên vẹn", how)
        for stored, how in (apart if place is None else Folder(place).apart(rows))
    ]


def sweep_files(_: argparse.Namespace) -> int:
    """Remove what no row names; return the exit code."""
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with reading(engine) as session:
            named = {stored for stored, _sum in kept_files(session)}
    gone = _folder(settings).sweep(named, Clock().now())
    say(f"Đã xóa {number(gone)} tệp không thuộc bản ghi nào.")
    return Exit.DONE


def back_up_files(session: Session, settings: Settings, store: Path, key: bytes | None) -> int:
    """Copy every file that the store beside the backups does not have yet; return how many.

    Raises:
        CannotGoOn: a file is missing or changed; what the copy would keep is not the file.
    """
    rows, copied = kept_files(session), 0
    for stored, sha256 in rows:
        place = _folder(settings).place_of(stored)
        target = _in_store(store, stored, key)
        if target.exists():
            continue
        part = target.with_name(target.name + ".part")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="tracker-backup-") as private:
            plain = part if key is None else Path(private) / stored
            try:
                _copy_proved(place, plain, stored, sha256)
                if key is not None:
                    encrypt_file(plain, part, key)
                part.chmod(0o600)
                keep_on_disk(part)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        copied += 1
    return copied


def _copy_proved(place: Path, copy: Path, stored: str, sha256: str) -> None:
    try:
        shutil.copyfile(place, copy)
    except FileNotFoundError:
        raise CannotGoOn(f"Thiếu tệp {stored}; chạy `tracker verify`.") from None
    if _sum(copy) != sha256:
        raise CannotGoOn(f"Tệp {stored} đã bị sửa; chạy `tracker verify`.")


def restore_files(
    rows: Iterable[tuple[str, str]], settings: Settings, store: Path, key: bytes | None
) -> int:
    """Copy the files that rows name out of the store beside the backups; return how many lack."""
    lacking = 0
    for stored, sha256 in rows:
        place = _folder(settings).place_of(stored)
        source = _in_store(store, stored, key)
        if place.exists() and _sum(place) == sha256:
            continue
        if not source.exists():
            lacking += 1
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_name(place.name + ".part")
        if key is None:
            shutil.copyfile(source, part)
        else:
            decrypt_file(source, part, key)
        part.chmod(0o600)
        keep_on_disk(part)
        part.replace(place)
    return lacking


def _in_store(store: Path, stored: str, key: bytes | None) -> Path:
    return store / stored[:2] / (stored if key is None else stored + ENCRYPTED)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(settings: Settings) -> Folder:
    if settings.files_folder is None:
        raise CannotGoOn("Thiếu TRACKER_FILES_DIR: thư mục cất tài liệu và ảnh.")
    return Folder(settings.files_folder, settings.file_scanner)
