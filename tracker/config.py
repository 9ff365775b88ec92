"""Settings, read once from TRACKER_* variables; every fault is reported at the same time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from tracker.domain.backups import Keep, read_keep
from tracker.domain.chain import HistoryKeys, read_history_keys
from tracker.domain.people import Role
from tracker.domain.provider import Provider, read_issuer

Value = TypeVar("Value")

SECRET_LENGTH = 32


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
    provider: Provider | None = None


def _yes_no(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(text)
    return text == "1"


def _positive(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 100_000:
        raise ValueError(text)
    return number


def _roles(text: str) -> frozenset[Role]:
    """Return the roles named, parted by commas; "all" and "none" stand for themselves."""
    if text in {"all", "none"}:
        return frozenset(Role if text == "all" else ())
    return frozenset(Role(name.strip()) for name in text.split(","))


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings.

    Raises:
        SettingsError: naming every missing or malformed variable, not only the first.
    """
    faults: list[str] = []

    def read(name: str, parse: Callable[[str], Value], default: Value, says: str) -> Value:
        text = environ.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            faults.append(f"{name}={text!r} không hợp lệ: cần {says}.")
            return default

    demonstration = read("TRACKER_DEMO", _yes_no, False, "0 hoặc 1")
    database_url = read("TRACKER_DATABASE_URL", _database_url, "", "sqlite:/// hoặc postgresql://")
    secret_key = environ.get("TRACKER_SECRET_KEY", "")
    if not environ.get("TRACKER_DATABASE_URL"):
        faults.append("Thiếu TRACKER_DATABASE_URL: địa chỉ cơ sở dữ liệu.")
    if len(secret_key) < SECRET_LENGTH:
        faults.append(
            f"TRACKER_SECRET_KEY cần ít nhất {SECRET_LENGTH} ký tự ngẫu nhiên "
            '(tạo bằng: python -c "import secrets; print(secrets.token_urlsafe(48))").'
        )
    settings = Settings(
        database_url=database_url,
        secret_key=secret_key,
        demonstration=demonstration,
        today=read("TRACKER_TODAY", date.fromisoformat, None, "ngày dạng 2025-04-30"),
        secure_cookies=read("TRACKER_SECURE_COOKIES", _yes_no, not demonstration, "0 hoặc 1"),
        trusted_hosts=tuple(
            host.strip() for host in environ.get("TRACKER_HOSTS", "").split(",") if host.strip()
        ),
        proxies=read("TRACKER_PROXIES", _positive, 0, "số máy chủ trung gian tin cậy"),
        idle_minutes=read("TRACKER_IDLE_MINUTES", _positive, 30, "số phút"),
        session_hours=read("TRACKER_SESSION_HOURS", _positive, 8, "số giờ"),
        history_keys=_history_keys(environ.get("TRACKER_HISTORY_KEY", ""), faults),
        second_factor_roles=read(
            "TRACKER_SECOND_FACTOR_ROLES",
            _roles,
            frozenset(() if demonstration else Role),
            "all, none hoặc các vai trò cách nhau dấu phẩy, ví dụ admin,province_leader",
        ),
        step_up_minutes=read("TRACKER_STEP_UP_MINUTES", _positive, 10, "số phút"),
        link_hours=read("TRACKER_LINK_HOURS", _positive, 24, "số giờ"),
        seal_folder=read("TRACKER_SEAL_FOLDER", Path, None, "một thư mục"),
        seal_key=environ.get("TRACKER_SEAL_KEY", "").strip(),
        seal_public_keys=environ.get("TRACKER_SEAL_PUBLIC_KEYS", "").strip(),
        province=environ.get("TRACKER_PROVINCE", "").strip()
        or ("Tỉnh Hải Dương" if demonstration else ""),
        writes_a_minute=read("TRACKER_WRITES_A_MINUTE", _positive, 120, "số lần"),
        searches_a_minute=read("TRACKER_SEARCHES_A_MINUTE", _positive, 120, "số lần"),
        exports_a_minute=read("TRACKER_EXPORTS_A_MINUTE", _positive, 20, "số lần"),
        backup_folder=read("TRACKER_BACKUP_FOLDER", Path, None, "một thư mục"),
        backup_key_file=read("TRACKER_BACKUP_KEY_FILE", Path, None, "một tệp"),
        backup_keep=read("TRACKER_BACKUP_KEEP", read_keep, Keep(), "ba số: ngày,tuần,tháng"),
        backup_too_old_hours=read("TRACKER_BACKUP_TOO_OLD_HOURS", _positive, 0, "số giờ"),
        provider=_provider(environ, faults),
    )
    if not settings.trusted_hosts and not demonstration:
        faults.append("Thiếu TRACKER_HOSTS: các tên máy chủ được phục vụ, cách nhau dấu phẩy.")
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


def _provider(environ: Mapping[str, str], faults: list[str]) -> Provider | None:
    """Return the identity provider; None when nothing is said of one. The secret is never told."""
    told = {name: environ.get(name, "").strip() for name in _OF_PROVIDER}
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
