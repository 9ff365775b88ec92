"""Random programs on the ledger, each step foretold by a model of a few lines; and mutants.

A program pays, reverses, sends again, changes plans, locks and opens periods. The model says of
each step whether it is accepted and what it leaves; after each program every sum is verified and
the chain of the history walked. A mutant is a rule of `services` or `domain` changed in memory:
each must make some program fail. `tools.torture.mutants` lists them.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from tools.torture._places import opened, place_of
from tools.torture._trial import Asked, MissedError, Outcome, Trial, Watch, main, must_find
from tools.torture.mutants import MUTANTS, Mutant
from tools.torture.programs import Program, World, a_world

STEPS = 20
PROGRAMS_A_MUTANT = 300
Machine = type[Program]


def machine_of(engine: Engine, world: World, number: int) -> Machine:
    """Return the programs of one seed on one database."""

    class Programs(Program):
        """Programs on this database."""

        def __init__(self) -> None:
            super().__init__(engine, world)

    seed(number)(Programs)
    return Programs


def play(machine: Machine, programs: int, *, shrink: bool = True) -> None:
    """Run so many programs; the first that fails is raised, made as short as it gets.

    Raises:
        Exception: whatever a program found.
    """
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=programs,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def is_killed(mutant: Mutant, machine: Machine, programs: int = PROGRAMS_A_MUTANT) -> bool:
    """Tell whether some program fails with this rule changed."""
    owner, name, changed = mutant.place
    with patch.object(owner, name, changed):
        try:
            play(machine, programs, shrink=False)
        except Exception:
            return True
    return False


@contextmanager
def a_ledger(engine_name: str) -> Iterator[tuple[Engine, World]]:
    """Give a database of its own with two plan lines of one project."""
    with place_of(engine_name) as url, opened(url) as engine:
        yield engine, a_world(engine)


def survivors(
    engine: Engine, world: World, number: int, wanted: Callable[[int], bool]
) -> list[str]:
    """Return the mutants, of those wanted by their place, that no program killed."""
    return [
        mutant.name
        for place, mutant in enumerate(MUTANTS)
        if wanted(place) and not is_killed(mutant, machine_of(engine, world, number))
    ]


def run(asked: Asked) -> Outcome:
    """Kill the mutants, all of them in a full run, and run the programs."""
    is_full, few = asked.amount >= TRIAL.full, min(4, 1 + asked.amount // 20)
    with a_ledger(asked.engine) as (engine, world):
        chosen = set(
            range(len(MUTANTS)) if is_full else asked.chance.sample(range(len(MUTANTS)), few)
        )
        alive = survivors(engine, world, asked.seed, chosen.__contains__)
        must_find(not alive, f"mutants {alive}")
        watch, faults = Watch(), tuple[str, ...]()
        try:
            play(machine_of(engine, world, asked.seed), asked.amount)
        except MissedError:
            raise
        except Exception as fault:
            notes = " / ".join(getattr(fault, "__notes__", []))
            faults = (f"{type(fault).__name__}: {fault} {notes}",)
    figure = f"programs of up to {STEPS} steps, {len(faults)} failed"
    planted = f"{len(chosen)} of {len(MUTANTS)} mutants planted, {len(alive)} survived"
    return Outcome(figure, faults, watch.seconds, planted)


TRIAL = Trial("ledger", "The ledger does what a model of it foretells.", "programs", 60, 2_000, run)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
