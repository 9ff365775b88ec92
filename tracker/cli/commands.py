"""Does one sub-command and answers with its exit code."""

import argparse
from collections.abc import Callable

from tracker.cli.backup import backup, restore
from tracker.cli.boundaries import import_boundaries
from tracker.cli.database import (
    act_of_system,
    check_schema,
    opened,
    read_settings,
    writing,
)
from tracker.cli.ending import ended_in_order
from tracker.cli.files import sweep_files
from tracker.cli.imports import import_file
from tracker.cli.notices import daily, send_mail
from tracker.cli.parser import BOUNDARIES
from tracker.cli.seals import seal
from tracker.cli.serve import choose_password, load_demo, prepare_database, run, start
from tracker.cli.speech import CannotGoOn, Exit, complain, number, say
from tracker.cli.users import user
from tracker.cli.verification import verify_all
from tracker.clock import Clock
from tracker.domain.days import PlanYear, usual_year
from tracker.migrate import head
from tracker.services.difficulties import escalate_overdue
from tracker.services.issuing import measure_due
from tracker.services.progress import rebuild_sums
from tracker.services.red_spans import rebuild_red_spans
from tracker.services.standings import forget_standings, keep


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
    "verify": verify_all,
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
