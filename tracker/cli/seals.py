"""Seals from the command line: put one, show the public key, gather those there are."""

import argparse
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.cli.database import check_schema, opened, read_settings, writing
from tracker.cli.speech import CannotGoOn, Exit, complain, number, say
from tracker.clock import Clock
from tracker.config import Settings
from tracker.domain.chain import short
from tracker.domain.seals import FORMAT, SealCause, SignedSeal
from tracker.files.seals import KeptSeals, keep_seal, read_seals
from tracker.services.foundations import Facts
from tracker.services.seals import (
    NONE,
    SealKey,
    kept_seals,
    public_text,
    read_public_keys,
    read_seal_key,
    seal_findings,
)
from tracker.services.verification import MOST


def seal(asked: argparse.Namespace) -> int:
    """Put a seal in the folder, or say the public key; return the exit code."""
    settings = read_settings()
    key = _key(settings)
    if asked.public_key:
        say(public_text(key))
        return Exit.DONE
    with opened(settings) as engine:
        check_schema(engine)
        made = seal_now(engine, settings, SealCause(asked.cause))
    if made is None:
        say("Không có thay đổi nào sau lần niêm phong trước.")
    else:
        say(f"Đã niêm phong đến dòng {number(made.facts.seq)}: {short(made.facts.hash)}")
    return Exit.DONE


def seal_now(engine: Engine, settings: Settings, cause: SealCause) -> SignedSeal | None:
    """Put a seal on the history and keep it in the folder; None when there is nothing new.

    Raises:
        CannotGoOn: there is no folder or no key, or the folder cannot be written.
    """
    folder, key = settings.seal_folder, _key(settings)
    if folder is None:
        raise CannotGoOn("Thiếu TRACKER_SEAL_FOLDER: thư mục cất niêm phong, tốt nhất ở máy khác.")
    try:
        with writing(engine) as session:
            made = keep_seal(session, folder, key, cause, Clock(settings.today).now())
    except OSError as fault:
        raise CannotGoOn(
            f"Không ghi được niêm phong vào {folder}: {fault.strerror}.", code=Exit.COULD_NOT_RUN
        ) from None
    return made


def findings_of_seals(session: Session, settings: Settings, folder: Path | None) -> list[Facts]:
    """Compare the history with the seals of the database and of the folder.

    Raises:
        CannotGoOn: the folder to look at holds no seal, or the keys cannot be read.
    """
    seals = kept_seals(session)
    kept = _kept_in(folder, settings, is_sealed=bool(seals))
    seals += kept.seals
    try:
        keys = read_public_keys(settings.seal_public_keys)
    except ValueError:
        raise CannotGoOn(
            "TRACKER_SEAL_PUBLIC_KEYS không đọc được: cần các khóa công khai in bởi"
            " `tracker seal --public-key`, cách nhau dấu phẩy.",
            code=Exit.COULD_NOT_RUN,
        ) from None
    if settings.seal_key:
        own = _key(settings)
        keys = {**keys, own.id: own.public}
    if seals and not keys:
        complain("Không có khóa niêm phong nào: chỉ so đầu chuỗi, chưa kiểm tra chữ ký niêm phong.")
    found = [("seal", name, "seal_file", FORMAT, NONE) for name in kept.unreadable[:MOST]]
    return found + seal_findings(session, seals, keys, MOST)


def _kept_in(folder: Path | None, settings: Settings, *, is_sealed: bool) -> KeptSeals:
    """Return what the folder holds that is asked for, or else that of the settings.

    The folder of the settings holds nothing yet where nothing `is_sealed`.

    Raises:
        CannotGoOn: it is no folder, or holds no seal.
    """
    place, named = (folder, "--seals") if folder else (settings.seal_folder, "TRACKER_SEAL_FOLDER")
    if place is None:
        return KeptSeals([], [])
    kept = read_seals(place)
    if kept.seals or kept.unreadable or not (folder or is_sealed):
        return kept
    why = "không có tệp niêm phong nào" if place.is_dir() else "không phải thư mục đọc được"
    raise CannotGoOn(
        f"Chưa so được với niêm phong: {place} {why}. Xem lại {named}, hoặc gắn lại nơi cất.",
        code=Exit.COULD_NOT_RUN,
    )


def _key(settings: Settings) -> SealKey:
    try:
        return read_seal_key(settings.seal_key)
    except ValueError:
        raise CannotGoOn(
            "Thiếu TRACKER_SEAL_KEY, hoặc không phải 32 byte"
            ' (tạo bằng: python -c "import secrets; print(secrets.token_urlsafe(32))").',
            code=Exit.COULD_NOT_RUN,
        ) from None
