"""Says on the command line whether what is kept agrees with itself, and where it does not."""

import argparse

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.cli.database import (
    act_of_system,
    check_schema,
    opened,
    read_settings,
    reading,
    writing,
)
from tracker.cli.files import files_apart
from tracker.cli.seals import findings_of_seals
from tracker.cli.speech import CannotGoOn, Exit, complain, number, printable, say
from tracker.clock import Clock
from tracker.config import Settings
from tracker.db import stand_still
from tracker.services.foundations import passes_policies
from tracker.services.history import record_event
from tracker.services.history_verification import verify_history
from tracker.services.verification import Finding, verify

_SHOWN = 50
_CHECKS = {
    "planned_by_entries": "kế hoạch so với sổ kế hoạch",
    "disbursed_by_entries": "đã giải ngân so với sổ giải ngân",
    "within_ceiling": "đã giải ngân trong kế hoạch",
    "reversal_is_opposite": "bút toán đảo ngược đúng bút toán gốc",
    "line_facts": "bút toán thuộc đúng dòng kế hoạch",
    "effect_of_kind": "số tính giải ngân theo loại",
    "transfer_balances": "điều chuyển cân bằng",
    "months_complete": "kịch bản đủ tháng",
    "never_falls": "kịch bản không giảm",
    "sources_add_up": "các nguồn cộng thành tổng mức",
    "one_at_a_time": "mỗi lúc một chủ đầu tư",
    "owner_in_force": "chủ đầu tư đang giao",
    "unit_path": "vị trí trong cây đơn vị",
    "path": "vị trí trong cây đơn vị",
    "sum_of_entries": "bảng tổng so với sổ giải ngân",
    "verdict_by_rule": "đánh giá đã lưu so với quy tắc",
    "trigger_present": "trình kích hoạt",
    "policy_present": "chính sách theo dòng",
    "policy_forced": "chính sách theo dòng buộc cả chủ bảng",
    "foreign_key": "khóa ngoại",
    "integrity": "trang dữ liệu",
    "chain_row": "nhật ký: nội dung không khớp chữ ký",
    "chain_gap": "nhật ký: mất mắt xích",
    "chain_change": "nhật ký: mất thay đổi",
    "chain_key": "nhật ký: khóa lạ hoặc khóa cũ",
    "chain_head": "nhật ký: đầu chuỗi",
    "chain_unlinked": "nhật ký: thay đổi không nằm trong chuỗi",
    "seal_file": "niêm phong: tệp không đọc được là niêm phong",
    "seal_signature": "niêm phong: chữ ký không đúng hoặc khóa lạ",
    "seal_head": "niêm phong: nhật ký khác với lúc niêm phong",
    "file_missing": "tệp đính kèm có trong thư mục tệp",
    "file_changed": "tệp đính kèm còn nguyên",
    "told_in_history": "bút toán so với nhật ký",
}


def verify_all(asked: argparse.Namespace) -> int:
    """Compare all that can be compared, say what differs, and return the exit code.

    What differs is said even where the seals cannot be looked at; but without them nothing that
    agrees is a proof, so such a check is not written down as one that found nothing.
    """
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with reading(engine) as session:
            stand_still(session)
            findings, unseen = _compare(session, settings, asked)
        if findings or not unseen:
            _keep_run(engine, settings, len(findings))
    for sentence in unseen:
        complain(sentence)
    if findings:
        _tell(findings)
        return Exit.DIFFERENCES
    if unseen:
        return Exit.COULD_NOT_RUN
    say("Mọi tổng khớp với các bút toán; chuỗi nhật ký nguyên vẹn.")
    return Exit.DONE


def _compare(
    session: Session, settings: Settings, asked: argparse.Namespace
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return what differs, and the sentences that say why the seals could not be looked at."""
    findings = verify_history(session)
    unseen: tuple[str, ...] = ()
    try:
        findings += [Finding(*one) for one in findings_of_seals(session, settings, asked.seals)]
    except CannotGoOn as answer:
        unseen = answer.sentences
    findings += verify(session, Clock(settings.today).today(), pages=asked.pages)
    findings += files_apart(session, settings)
    if passes_policies(session):
        complain(
            "Tài khoản cơ sở dữ liệu này vượt qua chính sách theo dòng (siêu người dùng"
            " hoặc BYPASSRLS): hãy dùng một tài khoản thường."
        )
    return findings, unseen


def _tell(findings: list[Finding]) -> None:
    say(f"{number(len(findings))} chỗ lệch:")
    for finding in findings[:_SHOWN]:
        told = (
            f"{finding.table} {finding.key}: {_CHECKS.get(finding.check, finding.check)};"
            f" phải là {finding.expected}, đang là {finding.found}"
        )
        say(f"  {printable(told)}")
    if len(findings) > _SHOWN:
        say(f"  … và {number(len(findings) - _SHOWN)} chỗ khác.")


def _keep_run(engine: Engine, settings: Settings, findings: int) -> None:
    """Write the check itself down, if the database can still be written."""
    try:
        with writing(engine) as session:
            act = act_of_system(session, settings)
            record_event(session, act, "history.verified", findings=findings)
    except (CannotGoOn, SQLAlchemyError):
        complain("Chưa ghi được lần kiểm tra này vào nhật ký.")
