"""Opens the database for a command; a database that cannot be used is told in a sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, InternalError
from sqlalchemy.orm import Session

from tracker import migrate
from tracker.cli.speech import CannotGoOn, Exit, complain
from tracker.clock import Clock
from tracker.config import Settings, SettingsError, load_settings
from tracker.db import UnsafeDatabaseLibrary, engine_options, prepare, start_writing
from tracker.domain.act import Act
from tracker.services.reference import system_act

ROOT = Path(__file__).parent.parent.parent
"""The checkout: migrations, templates and data stand there beside the package."""
CLEAR_AND_COUNT = "VACUUM (ANALYZE)"


def var_folder() -> Path:
    """Return where the demonstration keeps its database, its secret and its password."""
    return Path(os.environ.get("TRACKER_VAR") or ROOT / "var")


def demonstration(folder: Path) -> dict[str, str]:
    """Return the settings of the demonstration kept in this folder, where it was started."""
    database, secret, history = (folder / name for name in ("tracker.db", "secret", "history_key"))
    if not (database.exists() and secret.exists() and history.exists()):
        return {}
    return {
        "TRACKER_DATABASE_URL": f"sqlite:///{database.resolve()}",
        "TRACKER_SECRET_KEY": secret.read_text(encoding="ascii").strip(),
        "TRACKER_HISTORY_KEY": history.read_text(encoding="ascii").strip(),
        **_sealing(folder),
        "TRACKER_DEMO": "1",
        "TRACKER_TODAY": "2025-04-30",
    }


def _sealing(folder: Path) -> dict[str, str]:
    key = folder / "seal_key"
    if not key.exists():
        return {}
    return {
        "TRACKER_SEAL_KEY": key.read_text(encoding="ascii").strip(),
        "TRACKER_SEAL_FOLDER": str((folder / "seals").resolve()),
    }


def read_settings() -> Settings:
    """Return the settings of the environment; without any, those of the demonstration.

    Raises:
        CannotGoOn: with one sentence for every fault.
    """
    environ = dict(os.environ)
    if not environ.get("TRACKER_DATABASE_URL"):
        known = demonstration(var_folder())
        if known:
            complain(f"Dùng cơ sở dữ liệu minh họa trong {var_folder()}.")
        environ = {**known, **environ}
    try:
        return load_settings(environ)
    except SettingsError as faults:
        raise CannotGoOn(
            "Chưa chạy được vì cài đặt:",
            *(f"- {fault}" for fault in faults.faults),
            code=Exit.COULD_NOT_RUN,
        ) from None


@contextmanager
def opened(settings: Settings, *, may_be_new: bool = False) -> Iterator[Engine]:
    """Give the engine; whatever the database refuses on the way becomes a sentence.

    A SQLite database comes into being only where it `may_be_new`: elsewhere a wrong address would
    make an empty one.

    Raises:
        CannotGoOn: the database cannot be reached or does not take what is asked.
    """
    engine = None
    try:
        engine = _engine_of(settings)
        if not may_be_new and engine.dialect.name == "sqlite":
            _keep_to_what_stands(engine)
        prepare(engine, settings.history_keys)
        yield engine
    except UnsafeDatabaseLibrary as library:
        raise CannotGoOn(
            f"Thư viện SQLite {library} có lỗi làm mất dữ liệu đã ghi; cần bản 3.51.3 trở lên.",
            code=Exit.COULD_NOT_RUN,
        ) from None
    except (IntegrityError, DataError, InternalError):
        raise  # a fault of ours, not of the database: it is to be seen whole
    except (DBAPIError, ArgumentError) as fault:
        raise CannotGoOn(*_told(settings, fault), code=Exit.COULD_NOT_RUN) from fault
    finally:
        if engine is not None:
            engine.dispose()


def _engine_of(settings: Settings) -> Engine:
    try:
        return create_engine(settings.database_url, **engine_options(settings.database_url))
    except ValueError as fault:  # a port that is no number
        raise ArgumentError(str(fault)) from None


def _keep_to_what_stands(engine: Engine) -> None:
    """Let the engine open a SQLite database that is there, and never make one.

    Raises:
        CannotGoOn: there is none.
    """
    place = Path(engine.url.database or "").absolute()
    if not place.exists() or (place.is_file() and not place.stat().st_size):
        raise CannotGoOn(
            f"Không dùng được cơ sở dữ liệu {engine.url}:",
            "  không có cơ sở dữ liệu nào ở đó; xem lại TRACKER_DATABASE_URL, hoặc chạy"
            " `tracker migrate` để lập mới.",
            code=Exit.COULD_NOT_RUN,
        )

    @event.listens_for(engine, "do_connect")
    def existing_alone(
        _dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        arguments[0] = f"{place.as_uri()}?mode=rw"
        options["uri"] = True


def _told(settings: Settings, fault: DBAPIError | ArgumentError) -> tuple[str, ...]:
    if isinstance(fault, ArgumentError):
        return ("TRACKER_DATABASE_URL không phải địa chỉ cơ sở dữ liệu.",)
    address = make_url(settings.database_url).render_as_string(hide_password=True)
    cause = fault.orig
    first_line = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    return (f"Không dùng được cơ sở dữ liệu {address}:", f"  {first_line}")


def check_schema(engine: Engine) -> None:
    """Accept a database of exactly this version.

    Raises:
        CannotGoOn: it is older, newer, or not ours.
    """
    with engine.connect() as connection:
        found = migrate.revision_of(connection)
    needed = migrate.head()
    if found == needed:
        return
    if found is None:
        sentence = "Cơ sở dữ liệu chưa có bảng nào của chương trình: hãy chạy `tracker migrate`."
    else:
        sentence = (
            f"Cơ sở dữ liệu ở phiên bản {found}, chương trình cần {needed}:"
            " hãy chạy `tracker migrate`."
        )
    raise CannotGoOn(sentence, code=Exit.COULD_NOT_RUN)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that only reads."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that commits on leaving, and undoes everything when something is raised."""
    with Session(engine) as session:
        start_writing(session)
        yield session
        session.commit()


def look_anew(engine: Engine) -> None:
    """Let PostgreSQL clear and count its tables; to be called after much was written.

    Until it has, it plans as if they were empty, and reads what was deleted again each time.
    SQLite plans by its indexes alone.
    """
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            try:
                connection.exec_driver_sql(CLEAR_AND_COUNT)
            finally:
                connection.exec_driver_sql("RESET statement_timeout")
    except DBAPIError:
        complain("Chưa dọn và đếm lại được các bảng (VACUUM): các trang có thể chậm một thời gian.")


def act_of_system(session: Session, settings: Settings) -> Act:
    """Return the act in whose name commands work: the product's own account.

    Raises:
        CannotGoOn: the database holds no reference data yet.
    """
    clock = Clock(settings.today)
    try:
        return system_act(session, clock.now(), clock.today())
    except LookupError:
        raise CannotGoOn(
            "Cơ sở dữ liệu chưa có dữ liệu nền: hãy chạy `tracker migrate`.",
            code=Exit.COULD_NOT_RUN,
        ) from None
