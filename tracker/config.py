"""Settings, read once from TRACKER_* variables; every fault is reported at the same time."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from tracker.domain.backups import MOST_KEPT, Keep, read_keep
from tracker.domain.chain import HistoryKeys, read_history_keys
from tracker.domain.outbox import Encryption, Relay
from tracker.domain.people import Role
from tracker.domain.provider import Provider, read_issuer

Value = TypeVar("Value")

SECRET_LENGTH = 32
_OF_COMMANDS = ("TRACKER_VAR", "TRACKER_DEMO_PASSWORD")
"""What only commands read."""
_OF_SERVER = ("WEB_CONCURRENCY", "WEB_THREADS")
"""What gunicorn.conf.py reads; gunicorn itself meets a word there with a traceback."""


class SettingsError(Exception):
    """The environment cannot be used. `faults` holds one Vietnamese sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """How this instance runs."""

    database_url: str
    secret_key: str
    demonstration: bool
    today: date | None
    secure_cookies: bool
    trusted_hosts: tuple[str, ...]
    proxies: int
    idle_minutes: int
    session_hours: int
    history_keys: HistoryKeys = ()
    second_factor_roles: frozenset[Role] = frozenset()
    admin_idle_minutes: int = 30
    shut_after_idle_days: int = 0
    step_up_minutes: int = 10
    link_hours: int = 24
    seal_folder: Path | None = None
    seal_key: str = field(default="", repr=False)
    seal_public_keys: str = ""
    province: str = "Tỉnh Hải Dương"
    writes_a_minute: int = 0
    searches_a_minute: int = 0
    exports_a_minute: int = 0
    backup_folder: Path | None = None
    backup_key_file: Path | None = None
    backup_keep: Keep = field(default_factory=Keep)
    backup_too_old_hours: int = 0
    verify_too_old_hours: int = 0
    provider: Provider | None = None
    files_dir: Path | None = None
    file_scanner: tuple[str, ...] = ()
    project_files_mb: int = 500

    @property
    def files_folder(self) -> Path | None:
        """Return where documents and photographs lie: beside a SQLite database unless told."""
        start = "sqlite+pysqlite:///"
        if self.files_dir is not None or not self.database_url.startswith(start):
            return self.files_dir
        database = Path(self.database_url.removeprefix(start))
        return database.with_name(f"{database.stem}-files")

    relay: Relay | None = None


def _yes_no(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(text)
    return text == "1"


def _roles(text: str) -> frozenset[Role]:
    """Return the roles named, parted by commas; "all" and "none" stand for themselves."""
    if text in {"all", "none"}:
        return frozenset(Role if text == "all" else ())
    return frozenset(Role(name.strip()) for name in text.split(","))


class _Environment:
    """The environment while it is read: what is asked for is known, what is wrong is noted."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known = set(_OF_COMMANDS)
        self.faults: list[str] = []

    def exact(self, name: str) -> str:
        """Return what a variable says, to the letter: what keys are made from."""
        self._known.add(name)
        return self._environ.get(name, "")

    def text(self, name: str) -> str:
        """Return what a variable says, without spaces around it."""
        return self.exact(name).strip()

    def read(self, name: str, parse: Callable[[str], Value], default: Value, says: str) -> Value:
        """Return the value of a variable; note a fault that says what is needed."""
        text = self.text(name)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self.faults.append(f"{name}={text!r} không hợp lệ: cần {says}.")
            return default

    def number(self, name: str, default: int, what: str, least: int, most: int) -> int:
        """Return a whole number; note a fault that names the range."""

        def parse(text: str) -> int:
            if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
                raise ValueError(text)
            return int(text)

        return self.read(name, parse, default, f"{what}, từ {least} đến {most}")

    def refuse_unknown(self) -> None:
        """Note every variable of ours that nothing reads, with the name that was meant."""
        unknown = {name for name in self._environ if name.startswith("TRACKER_")} - self._known
        for name in sorted(unknown):
            near = get_close_matches(name, sorted(self._known), 1, 0.8)
            meant = f"; có phải {near[0]}?" if near else "."
            self.faults.append(f"{name}: không có cài đặt tên này{meant}")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings.

    Raises:
        SettingsError: naming every missing, malformed or unknown variable, not only the first.
    """
    asked = _Environment(environ)
    read, number, faults = asked.read, asked.number, asked.faults
    demonstration = read("TRACKER_DEMO", _yes_no, False, "0 hoặc 1")
    database_url = read("TRACKER_DATABASE_URL", _database_url, "", "sqlite:/// hoặc postgresql://")
    secret_key = asked.exact("TRACKER_SECRET_KEY")
    if not asked.text("TRACKER_DATABASE_URL"):
        faults.append("Thiếu TRACKER_DATABASE_URL: địa chỉ cơ sở dữ liệu.")
    if len(secret_key) < SECRET_LENGTH:
        faults.append(
            f"TRACKER_SECRET_KEY cần ít nhất {SECRET_LENGTH} ký tự ngẫu nhiên "
            '(tạo bằng: python -c "import secrets; print(secrets.token_urlsafe(48))").'
        )
    idle_minutes = number("TRACKER_IDLE_MINUTES", 30, "số phút", 1, 24 * 60)
    settings = Settings(
        database_url=database_url,
        secret_key=secret_key,
        demonstration=demonstration,
        today=read("TRACKER_TODAY", date.fromisoformat, None, "ngày dạng 2025-04-30"),
        secure_cookies=read("TRACKER_SECURE_COOKIES", _yes_no, not demonstration, "0 hoặc 1"),
        trusted_hosts=tuple(
            host.strip() for host in asked.text("TRACKER_HOSTS").split(",") if host.strip()
        ),
        proxies=number("TRACKER_PROXIES", 0, "số máy chủ trung gian tin cậy", 0, 10),
        idle_minutes=idle_minutes,
        admin_idle_minutes=number(
            "TRACKER_ADMIN_IDLE_MINUTES",
            idle_minutes if demonstration else 5,
            "số phút",
            2,
            24 * 60,
        ),
        shut_after_idle_days=number(
            "TRACKER_SHUT_AFTER_IDLE_DAYS", 0 if demonstration else 45, "số ngày", 0, 3650
        ),
        session_hours=number("TRACKER_SESSION_HOURS", 8, "số giờ", 1, 7 * 24),
        history_keys=_history_keys(asked.exact("TRACKER_HISTORY_KEY"), faults),
        second_factor_roles=read(
            "TRACKER_SECOND_FACTOR_ROLES",
            _roles,
            frozenset(() if demonstration else Role),
            "all, none hoặc các vai trò cách nhau dấu phẩy, ví dụ admin,province_leader",
        ),
        step_up_minutes=number("TRACKER_STEP_UP_MINUTES", 10, "số phút", 1, 240),
        link_hours=number("TRACKER_LINK_HOURS", 24, "số giờ", 1, 30 * 24),
        seal_folder=read("TRACKER_SEAL_FOLDER", Path, None, "một thư mục"),
        seal_key=asked.text("TRACKER_SEAL_KEY"),
        seal_public_keys=asked.text("TRACKER_SEAL_PUBLIC_KEYS"),
        province=asked.text("TRACKER_PROVINCE") or ("Tỉnh Hải Dương" if demonstration else ""),
        writes_a_minute=number("TRACKER_WRITES_A_MINUTE", 120, "số lần", 0, 100_000),
        searches_a_minute=number("TRACKER_SEARCHES_A_MINUTE", 120, "số lần", 0, 100_000),
        exports_a_minute=number("TRACKER_EXPORTS_A_MINUTE", 20, "số lần", 0, 100_000),
        backup_folder=read("TRACKER_BACKUP_FOLDER", Path, None, "một thư mục"),
        backup_key_file=read("TRACKER_BACKUP_KEY_FILE", Path, None, "một tệp"),
        backup_keep=read(
            "TRACKER_BACKUP_KEEP",
            read_keep,
            Keep(),
            f"ba số: ngày,tuần,tháng, mỗi số từ 0 đến {MOST_KEPT}, không cùng là 0",
        ),
        backup_too_old_hours=number("TRACKER_BACKUP_TOO_OLD_HOURS", 0, "số giờ", 0, 365 * 24),
        verify_too_old_hours=number("TRACKER_VERIFY_TOO_OLD_HOURS", 0, "số giờ", 0, 365 * 24),
        provider=_provider(asked),
        files_dir=read("TRACKER_FILES_DIR", Path, None, "một thư mục"),
        file_scanner=read("TRACKER_FILE_SCANNER", _command, (), "một lệnh"),
        project_files_mb=number("TRACKER_PROJECT_FILES_MB", 500, "số MB", 0, 1_000_000),
        relay=_relay(asked),
    )
    if not settings.trusted_hosts and not demonstration:
        faults.append("Thiếu TRACKER_HOSTS: các tên máy chủ được phục vụ, cách nhau dấu phẩy.")
    for name in _OF_SERVER:
        number(name, 0, "một số nguyên", 1, 256)
    asked.refuse_unknown()
    if faults:
        raise SettingsError(faults)
    return settings


def _history_keys(text: str, faults: list[str]) -> HistoryKeys:
    """Return the keys of the history; a fault is told without the text, which is secret."""
    try:
        return read_history_keys(text)
    except ValueError:
        faults.append(
            f"TRACKER_HISTORY_KEY cần ít nhất {SECRET_LENGTH} ký tự ngẫu nhiên, khác"
            " TRACKER_SECRET_KEY và cất ngoài cơ sở dữ liệu; khóa cũ viết sau dấu phẩy."
        )
        return ()


_PROVIDER = ("TRACKER_OIDC_ISSUER", "TRACKER_OIDC_CLIENT_ID", "TRACKER_OIDC_CLIENT_SECRET")
_OF_PROVIDER = (
    *_PROVIDER,
    "TRACKER_OIDC_NAME",
    "TRACKER_OIDC_USERNAME_CLAIM",
    "TRACKER_OIDC_FACTOR_ACR",
    "TRACKER_OIDC_FACTOR_AMR",
)
_LONGEST_NAME = 40


def _provider(asked: _Environment) -> Provider | None:
    """Return the identity provider; None when nothing is said of one. The secret is never told."""
    faults = asked.faults
    told = {name: asked.text(name) for name in _OF_PROVIDER}
    if not any(told.values()):
        return None
    missing = [name for name in _PROVIDER if not told[name]]
    if missing:
        faults.append(
            f"Thiếu {', '.join(missing)}: đăng nhập qua nhà cung cấp danh tính (OpenID Connect)"
            f" cần đủ {', '.join(_PROVIDER)}."
        )
    issuer = told["TRACKER_OIDC_ISSUER"]
    try:
        read_issuer(issuer or "https://none.invalid")
    except ValueError:
        faults.append(
            f"TRACKER_OIDC_ISSUER={issuer!r} không hợp lệ: cần địa chỉ https:// không có ? và #,"
            " viết đúng như nhà cung cấp ghi trong mã của mình."
        )
    name = told["TRACKER_OIDC_NAME"] or "OpenID Connect"
    if len(name) > _LONGEST_NAME or not name.isprintable():
        faults.append(f"TRACKER_OIDC_NAME không hợp lệ: cần nhiều nhất {_LONGEST_NAME} ký tự.")
    return Provider(
        issuer=issuer,
        client_id=told["TRACKER_OIDC_CLIENT_ID"],
        client_secret=told["TRACKER_OIDC_CLIENT_SECRET"],
        name=name,
        username_claim=told["TRACKER_OIDC_USERNAME_CLAIM"] or "preferred_username",
        factor_acr=_words(told["TRACKER_OIDC_FACTOR_ACR"]),
        factor_amr=_words(told["TRACKER_OIDC_FACTOR_AMR"]),
    )


def _command(text: str) -> tuple[str, ...]:
    """Return a command and its arguments, as a shell would part them."""
    return tuple(shlex.split(text))


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OF_RELAY = ("TRACKER_SMTP_HOST", "TRACKER_SMTP_FROM", "TRACKER_PUBLIC_URL")


def _relay(asked: _Environment) -> Relay | None:
    """Return the mail server; None when nothing is said of one. The password is never told."""
    faults = asked.faults
    told = {name: asked.text(name) for name in _OF_RELAY}
    says = "starttls, tls hoặc none"
    encryption = asked.read("TRACKER_SMTP_TLS", Encryption, Encryption.STARTTLS, says)
    usual = 465 if encryption is Encryption.TLS else 587
    relay = Relay(
        host=told["TRACKER_SMTP_HOST"],
        port=asked.number("TRACKER_SMTP_PORT", usual, "số cổng", 1, 65535),
        encryption=encryption,
        sender=told["TRACKER_SMTP_FROM"],
        link_base=told["TRACKER_PUBLIC_URL"].rstrip("/"),
        user=asked.text("TRACKER_SMTP_USER"),
        password=asked.exact("TRACKER_SMTP_PASSWORD"),
        timeout=asked.number("TRACKER_SMTP_TIMEOUT", 30, "số giây", 1, 120),
        tries=asked.number("TRACKER_MAIL_TRIES", 8, "số lần gửi", 1, 100),
        days=asked.number("TRACKER_MAIL_DAYS", 3, "số ngày", 1, 60),
    )
    if not any(told.values()):
        return None
    if missing := [name for name in _OF_RELAY if not told[name]]:
        faults.append(f"Thiếu {', '.join(missing)}: gửi thư cần đủ {', '.join(_OF_RELAY)}.")
    name, _, domain = relay.sender.rpartition("@")
    if relay.sender and not (name and domain and relay.sender.isascii()):
        faults.append(f"TRACKER_SMTP_FROM={relay.sender!r} không hợp lệ: cần một địa chỉ thư.")
    if relay.link_base and not relay.link_base.startswith(("https://", "http://")):
        faults.append("TRACKER_PUBLIC_URL không hợp lệ: cần địa chỉ https:// của hệ thống.")
    if encryption is Encryption.NONE and relay.host not in _LOOPBACK:
        faults.append("TRACKER_SMTP_TLS=none chỉ dùng với máy chủ thư trên chính máy này.")
    return relay


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())


def _database_url(text: str) -> str:
    """Return the address with the driver this house uses."""
    for start, driver in (
        ("sqlite:///", "sqlite+pysqlite:///"),
        ("sqlite+pysqlite:///", "sqlite+pysqlite:///"),
        ("postgresql://", "postgresql+psycopg://"),
        ("postgresql+psycopg://", "postgresql+psycopg://"),
    ):
        if text.startswith(start):
            return driver + text[len(start) :]
    raise ValueError(text)
