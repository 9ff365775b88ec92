"""`tracker import`: reads a file, imports it or says in Vietnamese all that is wrong with it."""

import argparse
import hashlib
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.cli.database import (
    act_of_system,
    check_schema,
    look_anew,
    opened,
    read_settings,
    writing,
)
from tracker.cli.import_words import file_fault, sentence
from tracker.cli.speech import CannotGoOn, Exit, complain, number, printable, say
from tracker.config import Settings
from tracker.domain.act import Act
from tracker.domain.imports import CellError, ImportKind
from tracker.domain.refusals import OutOfScope, ReasonRequired
from tracker.domain.requests import TooManyRows
from tracker.files.tables import MOST_BYTES, Table, UnreadableFile, read_table
from tracker.queries.people import actor_named
from tracker.services.imports.running import ImportOrder, ImportReport, import_rows
from tracker.services.requests import Asked, do_or_ask

_SHOWN = 200


def import_file(asked: argparse.Namespace) -> int:
    """Import one file and return the exit code.

    Raises:
        CannotGoOn: the file cannot be read, or the account has no right to it.
    """
    settings = read_settings()
    path = Path(asked.file)
    content = content_of(path)
    table = _table(content)
    order = ImportOrder(
        ImportKind(asked.kind),
        table.header,
        table.rows,
        printable(path.name)[:200],
        hashlib.sha256(content).hexdigest(),
        is_trial=asked.dry_run,
    )
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            act = act_of(session, settings, asked.username)
            report = _imported(session, act, order, asked.reason)
        if isinstance(report, ImportReport) and report.is_accepted and not order.is_trial:
            look_anew(engine)
    if isinstance(report, Asked):
        say(
            "Tệp có nhiều dòng tiền hơn mức một người nhập được:"
            f" đã gửi đề nghị {report.request_id}."
        )
        say("Chưa ghi gì. Người thứ hai duyệt tại màn hình “Chờ hai người”.")
        return Exit.DONE
    _tell(report)
    return Exit.DONE if report.is_accepted else Exit.REFUSED


def _imported(
    session: Session, act: Act, order: ImportOrder, reason: str | None
) -> ImportReport | Asked:
    """Import the rows, or ask for it when they are more than one person brings in.

    The product's own account, for which no `--as` is given, asks nobody: who runs the command on
    the machine itself has the database in hand anyway.
    """
    why = reason or f"Nhập tệp {order.file_name}"
    try:
        return do_or_ask(session, act, import_rows, order, why)
    except OutOfScope:
        raise CannotGoOn("Tài khoản này không có quyền nhập loại tệp này.") from None
    except ReasonRequired:
        raise CannotGoOn("Hãy ghi lý do, ít nhất 10 ký tự: --reason.") from None
    except TooManyRows as refusal:
        raise CannotGoOn(
            f"Một đề nghị giữ tối đa {number(refusal.most)} dòng: hãy chia nhỏ tệp, hoặc để"
            " người quản trị máy chủ nhập, không dùng --as."
        ) from None


def content_of(path: Path) -> bytes:
    """Return what a file holds, at most one byte more than may be read.

    Raises:
        CannotGoOn: it is not there or cannot be read.
    """
    try:
        if not path.is_file():
            raise CannotGoOn(f"Không có tệp {path}.", code=Exit.DIFFERENCES)
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise CannotGoOn(f"Không đọc được tệp {path}: {fault.strerror}.") from None


def _table(content: bytes) -> Table:
    try:
        return read_table(content)
    except UnreadableFile as refusal:
        raise CannotGoOn(file_fault(refusal)) from None


def act_of(session: Session, settings: Settings, username: str | None) -> Act:
    """Return the deed of this account, or of the product itself.

    Raises:
        CannotGoOn: there is no such account.
    """
    act = act_of_system(session, settings)
    if username is None:
        return act
    actor = actor_named(session, username, act.on)
    if actor is None:
        raise CannotGoOn(f"Không có tài khoản {username}, hoặc tài khoản đã khóa.")
    return Act(actor, act.at, act.on)


def _tell(report: ImportReport) -> None:
    _list("Lưu ý", report.warnings)
    _list("Lỗi", report.errors)
    if not report.is_accepted:
        complain("Không ghi gì: sửa các lỗi trên rồi nhập lại cả tệp.")
    elif report.is_trial:
        say("Chạy thử: tệp nhập được, chưa ghi gì.")
    elif report.batch_id is None:
        say("Mọi dòng đã có từ trước: không thay đổi gì.")
    else:
        say(f"Đã nhập, đợt số {report.batch_id}.")
    say(
        f"Đọc {number(report.read)} dòng: thêm {number(report.made)},"
        f" sửa {number(report.changed)}, giữ nguyên {number(report.unchanged)},"
        f" từ chối {number(report.refused)}."
    )


def _list(title: str, errors: tuple[CellError, ...]) -> None:
    if not errors:
        return
    complain(f"{title}: {number(len(errors))}")
    for error in errors[:_SHOWN]:
        complain(f"  {sentence(error)}")
    if len(errors) > _SHOWN:
        complain(f"  … và {number(len(errors) - _SHOWN)} chỗ khác.")
