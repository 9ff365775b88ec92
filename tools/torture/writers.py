"""Lets many people pay on one plan line at once, for more than it holds.

The plan is never exceeded, what was confirmed is what the line says, and nothing that would
have fitted to the very end was refused.
"""

import random
import sys
import threading
from dataclasses import dataclass, field

from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.served import SEE_OTHER, Served, a_key, at_once, room_of, served

WRITERS = 50
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
class Line:
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
    def faults(self) -> tuple[str, ...]:
        """Return what is not as everybody was told."""
        found = {
            "đồng over the plan": self.over,
            "đồng unexplained": self.unexplained,
            "refused while room remained": self.refused_with_room,
            "other answers": sorted(set(self.told.other)),
        }
        return tuple(f"{what}: {seen}" for what, seen in found.items() if seen)


def attempts(instance: Served, asked: Asked, writers: int, demand: int = 2) -> Outcome:
    """Make all attempts on the line with the most left: for `demand` times its room in all."""
    chance, told = asked.chance, Told()
    payers = instance.payers(writers)
    watch, engine, line = Watch(), instance.engine(), payers[0].lines[0]
    before = room_of(engine, line)
    share = max(1, demand * before // asked.amount)
    seeds = [chance.getrandbits(64) for _ in payers]

    def pay(place: int) -> None:
        own = random.Random(seeds[place])  # noqa: S311 - repeatable
        for _ in range(max(1, asked.amount // writers)):
            amount = own.randint(1, 2 * share)
            typed = f"{amount:,}".replace(",", ".")
            # Three in four as the browser sends it: the answer is the row, not the whole sheet.
            by_htmx = own.random() < 0.75
            status = payers[place].pay_patiently(line, a_key(own), typed, by_htmx=by_htmx)
            told.hear(status, amount)

    for thread in at_once(len(payers), pay):
        thread.join()
    found = Line(before, room_of(engine, line), told)
    engine.dispose()
    figure = (
        f"{writers} writers, {len(told.taken):,} taken, {len(told.refused):,} refused,"
        f" over plan {found.over} đ, unexplained {found.unexplained} đ,"
        f" refused while room remained {found.refused_with_room}"
    )
    return Outcome(figure, found.faults, watch.seconds)


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that wrong sums are found, then make the attempts."""
    wrong = (Line(10, -1, Told(taken=[11])), Line(10, 5, Told(taken=[5, 5])))
    must_find(all(one.faults for one in wrong), "a plan exceeded, an entry lost")
    # Of other seeds: a key that was used is a conflict.
    for seed, (plant, demand) in enumerate((("stingy", 1), ("unbounded", 3)), asked.seed + 1):
        instance.serve(plant)
        few = Asked(asked.engine, 20, seed)
        must_find(attempts(instance, few, 5, demand).faults, plant)
    instance.serve()
    clean = attempts(instance, asked, min(WRITERS, max(5, asked.amount // 10)))
    planted = "a plan exceeded, an entry lost, refusals with room, no rule but the CHECK: found"
    return Outcome(clean.figure, clean.faults, clean.seconds, planted)


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial("writers", "Fifty people never exceed one plan line.", "attempts", 400, 10_000, run)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
