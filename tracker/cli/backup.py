"""Backup and restore: nothing counts as a backup before it was opened and proved."""

import argparse
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker import migrate
from tracker.cli.database import (
    act_of_system,
    check_schema,
    look_anew,
    opened,
    read_settings,
    reading,
    writing,
)
from tracker.cli.files import ENCRYPTED, STORE, back_up_files, restore_files
from tracker.cli.speech import CannotGoOn, Exit, complain, number, printable, say
from tracker.clock import Clock
from tracker.config import Settings
from tracker.db import stand_still
from tracker.domain.backups import backup_name
from tracker.files.backups import PART, clear_forsaken, thin_out
from tracker.files.databases import (
    ToolFailed,
    copy_in,
    copy_out,
    ending_of,
    keep_on_disk,
    left_beside,
    revision_in,
)
from tracker.files.encryption import CannotDecrypt, decrypt_file, encrypt_file, read_key
from tracker.queries.attachments import kept_files
from tracker.services.history import record_event
from tracker.services.history_verification import verify_history
from tracker.services.verification import verify


def backup(_: argparse.Namespace) -> int:
    """Write a backup, prove it, thin out the old ones; return the exit code."""
    settings = read_settings()
    folder = settings.backup_folder
    if folder is None:
        raise CannotGoOn("Thiếu TRACKER_BACKUP_FOLDER: thư mục cất bản sao lưu.")
    key = _key(settings)
    with opened(settings) as engine, _told():
        check_schema(engine)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear_forsaken(folder, Clock().now())
        name = backup_name(Clock().now(), ending_of(settings.database_url))
        with ExitStack() as scratch:
            part = scratch.enter_context(tempfile.TemporaryDirectory(prefix=PART, dir=folder))
            private = part
            if key is not None:  # what anybody can read never lies where backups are kept
                outside = tempfile.TemporaryDirectory(prefix="tracker-backup-")
                private = scratch.enter_context(outside)
            made = Path(private) / name
            copy_out(settings.database_url, made)
            seq = _proved(made, settings)
            if key is not None:
                sealed = Path(part) / (name + ENCRYPTED)
                encrypt_file(made, sealed, key)
                made = sealed
            made.chmod(0o600)
            keep_on_disk(made)
            kept = made.replace(folder / made.name)
        keep_on_disk(folder)
        with reading(engine) as session:
            copied = back_up_files(session, settings, folder / STORE, key)
        with writing(engine) as session:
            told = {"file_name": kept.name, "bytes": kept.stat().st_size, "seq": seq}
            record_event(session, act_of_system(session, settings), "database.backed_up", **told)
        gone = thin_out(folder, settings.backup_keep)
    say(f"Đã sao lưu và kiểm tra {kept.name}: {number(kept.stat().st_size)} byte.")
    if copied:
        say(f"Đã chép thêm {number(copied)} tài liệu, ảnh vào {STORE}/.")
    if gone:
        say(f"Đã xóa {number(len(gone))} bản cũ theo quy tắc giữ.")
    return Exit.DONE


def restore(asked: argparse.Namespace) -> int:
    """Write a backup into the empty place the settings name, and prove what stands there."""
    settings, source = read_settings(), Path(asked.file)
    if not source.is_file():
        raise CannotGoOn(f"Không có tệp {printable(asked.file)}.")
    with opened(settings, may_be_new=True) as engine, _told():
        _refuse_filled(engine, settings)
        with tempfile.TemporaryDirectory(prefix="tracker-restore-") as scratch:
            plain = source
            if source.name.endswith(ENCRYPTED):
                plain = Path(scratch) / source.name.removesuffix(ENCRYPTED)
                decrypt_file(source, plain, _needed_key(settings))
            _refuse_strange(plain, settings)
            engine.dispose()
            copy_in(plain, settings.database_url)
        check_schema(engine)
        with Session(engine) as session:
            stand_still(session)
            findings = verify_history(session)
            findings += verify(session, Clock(settings.today).today(), pages=True)
            rows = kept_files(session)
        key = _key(settings) if source.name.endswith(ENCRYPTED) else None
        lacking = restore_files(rows, settings, source.parent / STORE, key)
        if lacking:
            complain(f"Thiếu {number(lacking)} tài liệu, ảnh trong {STORE}/ cạnh bản sao lưu.")
        if findings:
            complain(f"Đã khôi phục, nhưng có {number(len(findings))} chỗ lệch; xem `verify`.")
            return Exit.DIFFERENCES
        with writing(engine) as session:
            act = act_of_system(session, settings)
            record_event(session, act, "database.restored", file_name=source.name)
        look_anew(engine)
    say("Đã khôi phục; mọi tổng khớp, chuỗi nhật ký nguyên vẹn.")
    return Exit.DONE


@contextmanager
def _told() -> Iterator[None]:
    """Turn what files and tools refuse into a sentence."""
    try:
        yield
    except ToolFailed as fault:
        words = (f"{fault.tool} không làm được:", f"  {printable(fault.words)}")
        raise CannotGoOn(*words, code=Exit.COULD_NOT_RUN) from None
    except CannotDecrypt:
        raise CannotGoOn(
            "Không giải mã được: khóa khác, hoặc tệp đã bị sửa.", code=Exit.COULD_NOT_RUN
        ) from None
    except OSError as fault:
        raise CannotGoOn(
            f"Không đọc hoặc ghi được {fault.filename}: {fault.strerror}.",
            code=Exit.COULD_NOT_RUN,
        ) from None


def _key(settings: Settings) -> bytes | None:
    return None if settings.backup_key_file is None else _needed_key(settings)


def _needed_key(settings: Settings) -> bytes:
    if settings.backup_key_file is None:
        raise CannotGoOn("Bản sao lưu đã mã hóa: cần TRACKER_BACKUP_KEY_FILE.")
    try:
        return read_key(settings.backup_key_file)
    except (OSError, ValueError):
        raise CannotGoOn(
            f"Không đọc được khóa trong {settings.backup_key_file}: cần 32 byte base64"
            ' (tạo bằng: python -c "import secrets; print(secrets.token_urlsafe(32))").',
            code=Exit.COULD_NOT_RUN,
        ) from None


def _proved(copy: Path, settings: Settings) -> int:
    """Open a copy, read it whole and walk its chain; return how far the chain goes.

    Raises:
        CannotGoOn: it is not what it should be; it does not become a backup.
    """
    with _opened_copy(copy, settings) as engine:
        if engine is None:
            return 0
        check_schema(engine)
        with Session(engine) as session:
            stand_still(session)
            findings = verify_history(session)
            findings += verify(session, Clock(settings.today).today(), pages=True)
            seq = session.scalar(text("SELECT seq FROM change_head")) or 0
    if findings:
        first = findings[0]
        raise CannotGoOn(
            f"Bản sao có {number(len(findings))} chỗ lệch, chỗ đầu: {first.table} {first.key}"
            f" ({first.check}); chạy `tracker verify` trên cơ sở dữ liệu đang dùng.",
            code=Exit.DIFFERENCES,
        )
    return int(seq)


@contextmanager
def _opened_copy(copy: Path, settings: Settings) -> Iterator[Engine | None]:
    """Give an engine on the copy; on PostgreSQL, in a database made for that and dropped again.

    None, and a word about it, where the account may not make one.
    """
    if copy.suffix == ".db":
        # Looked at in a copy of its own: opening a file in WAL mode writes to it.
        with tempfile.TemporaryDirectory(prefix=".check-", dir=copy.parent) as scratch:
            place = Path(scratch) / copy.name
            shutil.copyfile(copy, place)
            with opened(replace(settings, database_url=f"sqlite+pysqlite:///{place}")) as engine:
                yield engine
        return
    server = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    name = f"tracker_check_{secrets.token_hex(6)}"
    try:
        try:
            with server.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        except DBAPIError:
            complain(
                "Chưa kiểm tra được nội dung bản sao: tài khoản không có quyền CREATEDB."
                " Hãy khôi phục thử ở nơi khác."
            )
            yield None
            return
        try:
            url = make_url(settings.database_url).set(database=name)
            address = url.render_as_string(hide_password=False)
            copy_in(copy, address)
            with opened(replace(settings, database_url=address)) as engine:
                yield engine
        finally:
            with server.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        server.dispose()


def _refuse_filled(engine: Engine, settings: Settings) -> None:
    """Accept only a place where nothing stands, nor anything an old database left behind."""
    if engine.dialect.name == "sqlite":
        place = Path(make_url(settings.database_url).database or "")
        left = left_beside(place)
        if left and place not in left:
            names = ", ".join(path.name for path in left)
            raise CannotGoOn(
                f"Nơi khôi phục không trống: trong {place.parent} còn {names} của một cơ sở dữ"
                " liệu cũ, SQLite sẽ trộn vào bản khôi phục. Hãy chuyển các tệp ấy đi nơi khác,"
                " hoặc khôi phục vào một tên khác."
            )
        is_filled = bool(left)
    else:
        is_filled = bool(inspect(engine).get_table_names())
    if is_filled:
        raise CannotGoOn(
            "Nơi khôi phục không trống: hãy chỉ TRACKER_DATABASE_URL vào một cơ sở dữ liệu trống,"
            " kiểm tra xong rồi mới chuyển sang dùng."
        )


def _refuse_strange(copy: Path, settings: Settings) -> None:
    """Accept only a whole copy of a version this program knows; an older one can be migrated."""
    found = revision_in(copy, settings.database_url)
    if found is not None and migrate.is_known(found):
        return
    if found is None:
        sentence = f"{copy.name} không phải bản sao lưu của chương trình này."
    else:
        sentence = f"{copy.name} ở phiên bản {found}: chương trình này chưa biết, cần bản mới hơn."
    raise CannotGoOn(f"{printable(sentence)} Chưa ghi gì.", code=Exit.COULD_NOT_RUN)
