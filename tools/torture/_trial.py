"""What every trial shares: how it is asked for, what it tells, and its entry as a command."""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random

ENGINES = ("sqlite", "postgresql")
RESULTS = "TORTURE_RESULTS"
"""Names the file to which each outcome is added as a line of JSON."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One run: on which engine, how much of it, and from which seed everything follows."""

    engine: str
    amount: int
    seed: int

    @property
    def chance(self) -> Random:
        """Return the dice of this run."""
        return Random(self.seed)  # noqa: S311 - repeatable

    def less(self, amount: int) -> "Asked":
        """Return a smaller run of the same seed."""
        return replace(self, amount=amount)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed: its figure in words, and everything that should not have been."""

    figure: str
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    """Of the work that grows with the amount; what comes before and after is the rest."""
    planted: str = ""
    """Which planted faults were found first."""

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was wrong."""
        return not self.faults


@dataclass
class Watch:
    """How long the part of a run took that grows with its amount."""

    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Return the seconds since it was started."""
        return time.perf_counter() - self.began


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial: what it proves, how much of it is short and full, and what carries it out."""

    name: str
    proves: str
    unit: str
    short: int
    full: int
    run: Callable[[Asked], Outcome]
    engines: tuple[str, ...] = ENGINES

    def amount(self, scale: str) -> int:
        """Return how much a scale is."""
        return self.full if scale == "full" else self.short


class MissedError(AssertionError):
    """A planted fault was not found: the trial proves nothing."""


def must_find(is_found: object, what: str) -> None:
    """Raise unless a planted fault was found.

    Raises:
        MissedError: it was not.
    """
    if not is_found:
        raise MissedError(what)


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of a run as it is written down."""

    trial: str
    engine: str
    seed: int
    done: str
    figure: str
    planted: str
    faults: tuple[str, ...]
    seconds: float
    full: str
    full_seconds: float


def carry_out(trial: Trial, asked: Asked) -> Told:
    """Run a trial once; a fault that escapes it is a fault found."""
    began = time.perf_counter()
    try:
        outcome = trial.run(asked)
    except MissedError as missed:
        outcome = Outcome("proves nothing", (f"a planted fault was not found: {missed}",))
    whole = time.perf_counter() - began
    growing = outcome.seconds * trial.full / max(1, asked.amount)
    return Told(
        trial.name,
        asked.engine,
        asked.seed,
        f"{asked.amount:,} {trial.unit}",
        outcome.figure,
        outcome.planted,
        outcome.faults,
        round(whole, 1),
        f"{trial.full:,} {trial.unit}",
        round(whole - outcome.seconds + growing, 1),
    )


def main(trial: Trial) -> int:
    """Run a trial as the arguments say, print what it told, and return 1 when it found a fault."""
    parser = argparse.ArgumentParser(description=trial.proves)
    parser.add_argument("--engine", choices=trial.engines, action="append")
    parser.add_argument("--scale", choices=("short", "full"), default="short")
    parser.add_argument("--amount", type=int, help=f"{trial.unit}; before --scale")
    parser.add_argument("--seed", type=int, default=a_seed())
    given = parser.parse_args()
    is_sound = True
    for engine in given.engine or trial.engines:
        amount = given.amount or trial.amount(given.scale)
        told = carry_out(trial, Asked(engine, amount, given.seed))
        print(words_of(told), flush=True)
        is_sound = is_sound and not told.faults
        if name := os.environ.get(RESULTS):
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(told), ensure_ascii=False) + "\n")
    return 0 if is_sound else 1


def words_of(told: Told) -> str:
    """Return what a run told, in some lines."""
    lines = [
        f"{told.trial} {told.engine}: {told.done}: {told.figure}",
        f"  planted: {told.planted or 'nothing'}",
        f"  seed {told.seed}, {told.seconds:.0f} s; {told.full} would take"
        f" about {told.full_seconds / 60:.1f} min here",
        *(f"  FAULT {fault[:400]}" for fault in told.faults[:20]),
    ]
    return "\n".join(lines)


def a_seed() -> int:
    """Return the seed in TORTURE_SEED, or a fresh one."""
    return int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))  # noqa: S311
