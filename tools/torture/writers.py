"""Lets many people pay on one plan line at once, for more than it holds.

The plan is never exceeded, what was confirmed is what the line says, and nothing that would
have fitted to the very end was refused. `python -m tools.torture.writers --attempts 10000`.
"""

import argparse
import random
import sys
import threading
import time
from dataclasses import dataclass, field

from tools.torture.served import ENGINES, SEE_OTHER, Payer, a_key, at_once, room_of, served

REFUSED = 422


@dataclass
class Told:
    """What everybody was told: amounts that were taken, refused, or met another answer."""

    taken: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, status: int, amount: int) -> None:
        """Keep one answer."""
        with self.guard:
            if status == SEE_OTHER:
                self.taken.append(amount)
            elif status == REFUSED:
                self.refused.append(amount)
            else:
                self.other.append(status)


@dataclass(frozen=True)
class Outcome:
    """How a line stood before and after, and what was told meanwhile."""

    before: int
    after: int
    told: Told

    @property
    def over(self) -> int:
        """Return by how many đồng the plan was exceeded."""
        return max(0, -self.after)

    @property
    def unexplained(self) -> int:
        """Return the đồng by which the line and what was confirmed differ."""
        return self.before - self.after - sum(self.told.taken)

    @property
    def refused_with_room(self) -> int:
        """Return how many were refused though they would fit even at the very end."""
        return sum(1 for amount in self.told.refused if amount <= self.after)

    @property
    def is_sound(self) -> bool:
        """Tell whether the line is as everybody was told."""
        return not (self.over or self.unexplained or self.refused_with_room or self.told.other)


def show_that_faults_are_found() -> None:
    """Raise unless a plan exceeded, an entry lost and a wrong refusal are all found."""
    faults = (
        Outcome(10, -1, Told(taken=[11])),
        Outcome(10, 5, Told(taken=[5, 5])),
        Outcome(10, 5, Told(taken=[5], refused=[4])),
    )
    if any(one.is_sound for one in faults):
        message = "a planted fault was not found"
        raise AssertionError(message)
    print(f"planted: {len(faults)} wrong outcomes, all found")


def torture(engine_name: str, asked: argparse.Namespace) -> bool:
    """Make all attempts on one engine; print the figures and tell whether the plan held."""
    chance, told = random.Random(asked.seed), Told()  # noqa: S311 - repeatable
    began = time.perf_counter()
    with served(engine_name) as instance:
        payers = [Payer(instance.instance) for _ in range(asked.writers)]
        for payer in payers:
            payer.enter()
        engine = instance.engine()
        line = payers[0].lines[0]
        before = room_of(engine, line)
        share = max(1, 2 * before // asked.attempts)
        seeds = [chance.getrandbits(64) for _ in payers]

        def pay(place: int) -> None:
            own = random.Random(seeds[place])  # noqa: S311 - repeatable
            for _ in range(asked.attempts // asked.writers):
                amount = own.randint(1, 2 * share)
                typed = f"{amount:,}".replace(",", ".")
                told.hear(payers[place].pay(line, a_key(own), typed), amount)

        for thread in at_once(len(payers), pay):
            thread.join()
        outcome = Outcome(before, room_of(engine, line), told)
        engine.dispose()
    print(
        f"{engine_name}: {asked.writers} writers, taken {len(told.taken)}, refused "
        f"{len(told.refused)}, over plan {outcome.over}, unexplained {outcome.unexplained}, "
        f"refused while room remained {outcome.refused_with_room}, other answers "
        f"{sorted(set(told.other))}, seed {asked.seed}, {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return outcome.is_sound


def main() -> int:
    """Run as the arguments say; return 0 when the plan held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=10)
    parser.add_argument("--attempts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=391)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    asked = parser.parse_args()
    show_that_faults_are_found()
    sound = [torture(name, asked) for name in asked.engine or ENGINES]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
