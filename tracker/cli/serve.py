"""Serving: `run` as the environment says, `start` the demonstration with everything it needs."""

import os
import secrets
import socket
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Engine

from tracker import migrate
from tracker.cli.database import (
    ROOT,
    act_of_system,
    check_schema,
    demonstration,
    look_anew,
    opened,
    read_settings,
    reading,
    var_folder,
    writing,
)
from tracker.cli.seals import seal_now
from tracker.cli.speech import CannotGoOn, Exit, complain, number, say
from tracker.clock import Clock
from tracker.config import SECRET_LENGTH, Settings
from tracker.demo.build import build_demo
from tracker.demo.places import PROVINCE_CODE
from tracker.domain.seals import SealCause
from tracker.queries.imports import count_projects, province_codes
from tracker.queries.people import credentials_of
from tracker.services.opening import begin_history
from tracker.services.passwords import WeakPassword, check_password, verify_password
from tracker.services.reference import load_reference
from tracker.services.seals import KEY_BYTES
from tracker.services.standings import forget_standings

ACCOUNTS: Mapping[str, str] = {
    "quantri": "quản trị",
    "lanhdao": "lãnh đạo tỉnh",
    "tonghop": "chuyên viên tổng hợp (Sở Tài chính)",
    "canbo": "cán bộ ban quản lý dự án",
    "huyen": "lãnh đạo huyện",
    "xa": "lãnh đạo xã",
    "chidoc": "chỉ đọc",
}
"""The demonstration's accounts, and who they stand for."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PORTS = range(1, 65_536)


def run() -> NoReturn:
    """Serve with the settings of the environment; never returns."""
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
    _serve()


def start() -> NoReturn:
    """Serve the demonstration, making what is missing first; never returns."""
    port = _free_port()
    folder = var_folder()
    try:
        _keep_private(folder)
        defaults = _defaults(folder)
    except OSError as fault:
        raise CannotGoOn(
            f"Không ghi được vào thư mục {folder}: {fault.strerror}.", code=Exit.COULD_NOT_RUN
        ) from None
    for name, value in defaults.items():
        if not os.environ.get(name):
            os.environ[name] = value
    settings = read_settings()
    with opened(settings, may_be_new=True) as engine:
        prepare_database(engine, settings)
        if settings.demonstration:
            _load_demo_if_empty(engine, settings, folder)
            password = _known_password(engine, folder)
            seal_now(engine, settings, SealCause.MANUAL)
    say(f"Địa chỉ: http://127.0.0.1:{port}")
    if settings.demonstration:
        _present(password)
    say("Dừng bằng Ctrl+C.")
    _serve()


def prepare_database(engine: Engine, settings: Settings) -> None:
    """Bring the schema to this version, begin the chain, load the reference data missing."""
    migrate.upgrade(engine)
    with writing(engine) as session:
        chained = begin_history(session, Clock(settings.today).now())
    if chained:
        say(f"Đã nối {number(chained)} thay đổi cũ vào chuỗi nhật ký.")
    with writing(engine) as session:
        made = load_reference(session, Clock(settings.today).now())
        forget_standings(session)  # this version may judge otherwise
    rows = sum(made.values())
    if rows:
        say(f"Đã nạp dữ liệu nền: {number(rows)} dòng.")


def load_demo(
    engine: Engine, settings: Settings, password: str, *, seed: int = 2025, scale: float = 1.0
) -> None:
    """Build the demonstration province in an empty database, all or nothing.

    Raises:
        CannotGoOn: there are projects already, or the units of another province.
    """
    with writing(engine) as session:
        if count_projects(session):
            raise CannotGoOn(
                "Cơ sở dữ liệu đã có dự án: chỉ nạp dữ liệu minh họa vào cơ sở dữ liệu trống."
            )
        if province_codes(session) - {PROVINCE_CODE}:
            raise CannotGoOn(
                "Cơ sở dữ liệu đã có đơn vị hành chính của tỉnh khác:"
                " chỉ nạp dữ liệu minh họa vào cơ sở dữ liệu trống."
            )
        act = act_of_system(session, settings)
        passwords = dict.fromkeys(ACCOUNTS, password)
        build_demo(
            session, act, seed=seed, scale=scale, passwords=passwords, files=settings.files_folder
        )
    look_anew(engine)


def choose_password() -> str:
    """Return the password of the demonstration's accounts: as asked, or a random one."""
    asked = os.environ.get("TRACKER_DEMO_PASSWORD")
    if not asked:
        return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    try:
        check_password(asked, ACCOUNTS)
    except WeakPassword:
        complain("Lưu ý: TRACKER_DEMO_PASSWORD dễ đoán, chỉ nên dùng để xem thử trên máy này.")
    return asked


def _defaults(folder: Path) -> dict[str, str]:
    for secret in (folder / "secret", folder / "history_key"):
        if not secret.exists():
            _write_private(secret, secrets.token_urlsafe(SECRET_LENGTH + 16))
    sealing = folder / "seal_key"
    if not sealing.exists():
        _write_private(sealing, secrets.token_urlsafe(KEY_BYTES))
    database = folder / "tracker.db"
    if not database.exists():
        _write_private(database, "")
    return demonstration(folder)


def _keep_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, from its first moment on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _load_demo_if_empty(engine: Engine, settings: Settings, folder: Path) -> None:
    with reading(engine) as session:
        if count_projects(session):
            return
    password = choose_password()
    say("Đang dựng dữ liệu minh họa (chỉ lần đầu, một hai phút)…")
    load_demo(engine, settings, password)
    _write_private(folder / "password", password)


def _known_password(engine: Engine, folder: Path) -> str | None:
    """Return the password the accounts really have, when this folder or the environment know."""
    kept = folder / "password"
    candidates = [os.environ.get("TRACKER_DEMO_PASSWORD")]
    if kept.exists():
        candidates.append(kept.read_text(encoding="utf-8"))
    with reading(engine) as session:
        account = credentials_of(session, next(iter(ACCOUNTS)))
    if account is None:
        return None
    return next((one for one in candidates if one and _opens(account.password_hash, one)), None)


def _opens(kept: str | None, password: str) -> bool:
    return verify_password(kept, password)


def _present(password: str | None) -> None:
    say("Số liệu mô phỏng, tổng khớp số công bố. Tài khoản xem thử:")
    for username, stands_for in ACCOUNTS.items():
        say(f"  {username:8} {stands_for}")
    if password is None:
        say("Mật khẩu: như đã đặt ở lần chạy đầu.")
    else:
        say(f"Mật khẩu của mọi tài khoản: {password}")


def _free_port() -> int:
    """Return the port to serve on.

    Raises:
        CannotGoOn: it is no port, or somebody listens there.
    """
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdecimal() or int(text) not in _PORTS:
        raise CannotGoOn(f"PORT={text!r} không hợp lệ: cần một số từ 1 đến 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError:
            raise CannotGoOn(
                f"Cổng {text} đang được dùng: chọn cổng khác, ví dụ PORT=8001 make run.",
                code=Exit.COULD_NOT_RUN,
            ) from None
    return int(text)


def _serve() -> NoReturn:
    os.environ.pop("TRACKER_DEMO_PASSWORD", None)  # the server has no use for it
    os.chdir(ROOT)
    # In this process, which has loaded the application already. A restart (USR2) runs this line.
    server = str(Path(sys.executable).with_name("gunicorn"))
    sys.argv = [server, "--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app"]
    # Only now: gunicorn reads WEB_CONCURRENCY when it is loaded, before anybody could check it.
    import_module("gunicorn.app.wsgiapp").WSGIApplication().run()
    sys.exit()
