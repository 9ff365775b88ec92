"""Does one sub-command and answers with its exit code."""

import argparse
from collections.abc import Callable

from tracker.cli.database import check_schema, opened, read_settings, reading, writing
from tracker.cli.imports import import_file
from tracker.cli.serve import choose_password, load_demo, prepare_database, run, start
from tracker.cli.speech import CannotGoOn, Exit, complain, number, say
from tracker.cli.users import user
from tracker.clock import Clock
from tracker.domain.days import PlanYear, usual_year
from tracker.migrate import head
from tracker.services.progress import rebuild_sums
from tracker.services.standings import forget_standings, keep
from tracker.services.verification import verify

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
    "foreign_key": "khóa ngoại",
    "integrity": "trang dữ liệu",
}


def obey(asked: argparse.Namespace) -> int:
    """Do what was asked and return the exit code for the shell."""
    try:
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
    with opened(settings) as engine:
        prepare_database(engine, settings)
    say(f"Cơ sở dữ liệu ở phiên bản {head()}.")
    return Exit.DONE


def _demo(asked: argparse.Namespace) -> int:
    settings = read_settings()
    password = choose_password()
    with opened(settings) as engine:
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
            findings = verify(session, Clock(settings.today).today(), pages=asked.pages)
    if not findings:
        say("Mọi tổng khớp với các bút toán.")
        return Exit.DONE
    say(f"{number(len(findings))} chỗ lệch:")
    for finding in findings[:_SHOWN]:
        say(
            f"  {finding.table} {finding.key}: {_CHECKS.get(finding.check, finding.check)};"
            f" phải là {finding.expected}, đang là {finding.found}"
        )
    if len(findings) > _SHOWN:
        say(f"  … và {number(len(findings) - _SHOWN)} chỗ khác.")
    return Exit.DIFFERENCES


def _rebuild(_: argparse.Namespace) -> int:
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            rebuild_sums(session)
            forget_standings(session)
    say("Đã lập lại các bảng tổng từ sổ giải ngân.")
    return Exit.DONE


def _standings(_: argparse.Namespace) -> int:
    settings = read_settings()
    day = Clock(settings.today).today()
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            keep(session, PlanYear(usual_year(day)), day)
    say(f"Đã lưu đánh giá các dự án đến hết ngày {day:%d/%m/%Y}.")
    return Exit.DONE


_DEEDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "start": _start,
    "migrate": _migrate,
    "demo": _demo,
    "verify": _verify,
    "rebuild": _rebuild,
    "standings": _standings,
    "import": import_file,
    "user": user,
}
