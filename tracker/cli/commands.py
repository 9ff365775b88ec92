"""Does one sub-command and answers with its exit code."""

import argparse
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tracker.cli.backup import backup, restore
from tracker.cli.boundaries import import_boundaries
from tracker.cli.database import (
    act_of_system,
    check_schema,
    opened,
    read_settings,
    reading,
    writing,
)
from tracker.cli.ending import ended_in_order
from tracker.cli.files import files_apart, sweep_files
from tracker.cli.imports import import_file
from tracker.cli.notices import daily, send_mail
from tracker.cli.parser import BOUNDARIES
from tracker.cli.seals import findings_of_seals, seal
from tracker.cli.serve import choose_password, load_demo, prepare_database, run, start
from tracker.cli.speech import CannotGoOn, Exit, complain, number, printable, say
from tracker.cli.users import user
from tracker.clock import Clock
from tracker.config import Settings
from tracker.db import stand_still
from tracker.domain.days import PlanYear, usual_year
from tracker.migrate import head
from tracker.services.difficulties import escalate_overdue
from tracker.services.foundations import passes_policies
from tracker.services.history import record_event
from tracker.services.history_verification import verify_history
from tracker.services.issuing import measure_due
from tracker.services.progress import rebuild_sums
from tracker.services.red_spans import rebuild_red_spans
from tracker.services.standings import forget_standings, keep
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


def obey(asked: argparse.Namespace) -> int:
    """Do what was asked and return the exit code for the shell."""
    try:
        with ended_in_order():
            return _DEEDS[asked.deed](asked)
    except CannotGoOn as answer:
        for sentence in answer.sentences:
            complain(sentence)
        return answer.code
    except KeyboardInterrupt:
        complain("Đã dừng.")
        return Exit.REFUSED


def _run(_: argparse.Namespace) -> int:
    run()


def _start(_: argparse.Namespace) -> int:
    start()


def _migrate(_: argparse.Namespace) -> int:
    settings = read_settings()
    with opened(settings, may_be_new=True) as engine:
        prepare_database(engine, settings)
    say(f"Cơ sở dữ liệu ở phiên bản {head()}.")
    return Exit.DONE


def _demo(asked: argparse.Namespace) -> int:
    settings = read_settings()
    password = choose_password()
    with opened(settings, may_be_new=True) as engine:
        prepare_database(engine, settings)
        load_demo(engine, settings, password, seed=asked.seed, scale=asked.scale)
    say("Đã nạp tỉnh minh họa. Số liệu mô phỏng, tổng khớp số công bố.")
    say(f"Mật khẩu của mọi tài khoản: {password}")
    return Exit.DONE


def _verify(asked: argparse.Namespace) -> int:
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with reading(engine) as session:
            stand_still(session)
            findings = verify_history(session)
            findings += [Finding(*one) for one in findings_of_seals(session, settings, asked.seals)]
            findings += verify(session, Clock(settings.today).today(), pages=asked.pages)
            findings += files_apart(session, settings)
            if passes_policies(session):
                complain(
                    "Tài khoản cơ sở dữ liệu này vượt qua chính sách theo dòng (siêu người dùng"
                    " hoặc BYPASSRLS): hãy dùng một tài khoản thường."
                )
        _keep_run(engine, settings, len(findings))
    if not findings:
        say("Mọi tổng khớp với các bút toán; chuỗi nhật ký nguyên vẹn.")
        return Exit.DONE
    say(f"{number(len(findings))} chỗ lệch:")
    for finding in findings[:_SHOWN]:
        told = (
            f"{finding.table} {finding.key}: {_CHECKS.get(finding.check, finding.check)};"
            f" phải là {finding.expected}, đang là {finding.found}"
        )
        say(f"  {printable(told)}")
    if len(findings) > _SHOWN:
        say(f"  … và {number(len(findings) - _SHOWN)} chỗ khác.")
    return Exit.DIFFERENCES


def _keep_run(engine: Engine, settings: Settings, findings: int) -> None:
    """Write the check itself down, if the database can still be written."""
    try:
        with writing(engine) as session:
            act = act_of_system(session, settings)
            record_event(session, act, "history.verified", findings=findings)
    except (CannotGoOn, SQLAlchemyError):
        complain("Chưa ghi được lần kiểm tra này vào nhật ký.")


def _rebuild(_: argparse.Namespace) -> int:
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            rebuild_sums(session)
            forget_standings(session)
    say("Đã lập lại các bảng tổng từ sổ giải ngân.")
    return Exit.DONE


def _standings(asked: argparse.Namespace) -> int:
    settings = read_settings()
    day = Clock(settings.today).today()
    year, spans = PlanYear(usual_year(day)), 0
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            if asked.history:
                spans = rebuild_red_spans(session, year, day)
                forget_standings(session)
            keep(session, year, day)
    if asked.history:
        say(f"Đã lập lại {number(spans)} đợt cờ đỏ của năm {year.year}.")
    say(f"Đã lưu đánh giá các dự án đến hết ngày {day:%d/%m/%Y}.")
    return Exit.DONE


def _import(asked: argparse.Namespace) -> int:
    return import_boundaries(asked) if asked.kind == BOUNDARIES else import_file(asked)


def _matters(_: argparse.Namespace) -> int:
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            act = act_of_system(session, settings)
            passed, measured = escalate_overdue(session, act), measure_due(session, act)
    say(f"Đã chuyển cấp {number(passed)} vướng mắc, đo kết quả {number(measured)} lần.")
    return Exit.DONE


_DEEDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "start": _start,
    "migrate": _migrate,
    "demo": _demo,
    "verify": _verify,
    "seal": seal,
    "backup": backup,
    "restore": restore,
    "rebuild": _rebuild,
    "sweep-files": sweep_files,
    "standings": _standings,
    "matters": _matters,
    "daily": daily,
    "send-mail": send_mail,
    "import": _import,
    "user": user,
}
