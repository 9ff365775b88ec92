"""Reaches for the records of others by every address, method and name, as somebody of each kind.

The requests are those of `tests/structure/test_scope.py`, made from the URL map: route by method
by who asks by how they are related to the place, in whole and in part, with names of records in
the path, the query and the form; canaries are looked for in bodies, headers and files. Faults
planted in the rights (`tests/structure/test_rights.py`) must all be found.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.checks.intruding import Findings, Intrusion
from tools.torture._trial import Asked, Outcome, Trial, Watch, main

ROOT = Path(__file__).resolve().parents[2]
SCOPE = ROOT / "tests" / "structure" / "test_scope.py"
ROUTES = ROOT / "tests" / "structure" / "test_routes.py"
RIGHTS = ROOT / "tests" / "structure" / "test_rights.py"
MATRIX = "test_nobody_sees_or_changes_what_is_not_theirs"
PLANTED = (
    "test_a_condition_that_lets_everything_through_is_found",
    "test_a_path_compared_without_its_end_is_found",
    "test_a_service_that_does_not_look_at_the_scope_is_found",
    "test_every_planted_fault_is_found",
    "test_an_endpoint_that_states_nothing_is_refused",
)
INTRUDERS = (
    "officer_beside",
    "everything_in_a_look_alike",
    "administrator_of_a_look_alike",
    "leader_elsewhere",
    "nobody",
    "stranger",
)
ALL_MUTANTS = "TRACKER_ALL_MUTANTS"
ALL_ENGINES = "TRACKER_ALL_ENGINES"
ENOUGH = 30
"""Faults that a full run plants at least."""


@dataclass
class Heard:
    """What the tests told: requests and findings of the matrix, faults planted, what failed."""

    requests: int = 0
    found: list[str] = field(default_factory=list)
    planted: int = 0
    failed: list[str] = field(default_factory=list)
    passed: int = 0
    current: str = ""

    def pytest_runtest_setup(self, item: Any) -> None:
        """Note which test runs."""
        self.current = item.originalname

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how a test went, and the planted faults it names."""
        if report.when == "call" and report.passed:
            self.passed += 1
            lines = [line.strip(".") for line in report.capstdout.splitlines()]
            named = sum(line.startswith("found ") for line in lines)
            is_planted = any(name in report.nodeid for name in PLANTED)
            self.planted += named or int(is_planted)
        if report.failed:
            self.failed.append(f"{report.nodeid}: {str(report.longrepr)[-300:]}")

    def hear(self, found: Findings) -> None:
        """Add what an intruder of the matrix found."""
        if self.current == MATRIX:
            self.requests += found.requests
            self.found += found.faults


@contextmanager
def listening(heard: Heard) -> Iterator[None]:
    """Let every intruder tell what it found."""
    run = Intrusion.run

    def told(intrusion: Intrusion, *kinds: Any, **share: Any) -> Findings:
        found = run(intrusion, *kinds, **share)
        heard.hear(found)
        return found

    with patch.object(Intrusion, "run", told):
        yield


def tests_of(asked: Asked, *, is_full: bool) -> Iterator[tuple[list[Path], str]]:
    """Give the tests of a run as files and the expression that chooses among them."""
    first = asked.seed % len(INTRUDERS)
    chosen = (INTRUDERS[first:] + INTRUDERS[:first])[: asked.amount]
    intruders = " or ".join(f"{asked.engine}-{name}" for name in chosen)
    yield [SCOPE], f"{MATRIX} and ({intruders})"
    few = "" if is_full else " and not look_alike"
    planted = " or ".join(name for name in PLANTED)
    files = [file for file in (SCOPE, ROUTES, RIGHTS) if file.exists()]
    yield files, f"({planted}) and {asked.engine}{few}"
    yield [ROUTES], f"{asked.engine} and not ({planted})"


def run(asked: Asked) -> Outcome:
    """Run the tests of the matrix and of what is planted in it, in this process."""
    is_full, heard, seconds = asked.amount >= TRIAL.full, Heard(), 0.0
    environ = {ALL_ENGINES: "1"} | ({ALL_MUTANTS: "1"} if is_full else {})
    quietly = ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "--show-capture=no"]
    with listening(heard), patch.dict(os.environ, environ), open_null() as null:
        for number, (files, chosen) in enumerate(tests_of(asked, is_full=is_full)):
            watch = Watch()
            ask = partial(pytest.main, [*map(str, files), "-k", chosen, *quietly], plugins=[heard])
            with patch.object(sys, "stdout", null):
                code = ask()
            seconds += watch.seconds if number == 0 else 0
            if code != pytest.ExitCode.OK and not heard.failed:
                heard.failed.append(f"pytest ended with {code!r}: {chosen}")
    faults = [*heard.found, *heard.failed]
    if not heard.planted or (is_full and heard.planted < ENOUGH):
        faults.append(f"{heard.planted} faults planted, {ENOUGH} wanted")
    figure = f"{heard.requests:,} requests, leaks and changes {len(heard.found)}, unmarked routes 0"
    if heard.failed:
        figure = f"{heard.requests:,} requests, {len(heard.failed)} tests failed"
    return Outcome(figure, tuple(faults), seconds, f"{heard.planted} faults in the rights: found")


@contextmanager
def open_null() -> Iterator[Any]:
    """Give a file that keeps nothing."""
    with Path(os.devnull).open("w") as file:
        yield file


TRIAL = Trial(
    "matrix", "Nobody sees or changes what is not theirs.", "kinds of intruder", 1, 6, run
)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
