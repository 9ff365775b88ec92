"""Sends every form five times at once, half of them with another amount in some copies.

One form makes one row; a copy with another content is refused with 409, or with 422 when the
first content was refused. `python -m tools.torture.forms --forms 2000`.
"""

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass

from tools.torture.served import (
    ENGINES,
    SEE_OTHER,
    Payer,
    a_key,
    at_once,
    kept_keys,
    lost_and_doubled,
    served,
)

COPIES = 5
CHANGED = 409


@dataclass(frozen=True)
class Sent:
    """One form: its key, and the amount and the answer of each copy."""

    key: str
    amounts: tuple[str, ...]
    answers: tuple[int, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether one content alone was taken, and every other copy met a conflict."""
        taken = {
            amount
            for amount, answer in zip(self.amounts, self.answers, strict=True)
            if answer == SEE_OTHER
        }
        return len(taken) == 1 and all(
            answer == (SEE_OTHER if amount in taken else CHANGED)
            for amount, answer in zip(self.amounts, self.answers, strict=True)
        )


def show_that_faults_are_found() -> None:
    """Raise unless a copy taken twice, a copy lost and a row doubled are all found."""
    faults = (
        Sent("a", ("1", "2"), (SEE_OTHER, SEE_OTHER)),
        Sent("b", ("1", "1"), (SEE_OTHER, 500)),
        Sent("c", ("1", "2"), (CHANGED, CHANGED)),
    )
    if any(one.is_sound for one in faults) or lost_and_doubled([], Counter({"a": 2})) != (0, 1):
        message = "a planted fault was not found"
        raise AssertionError(message)
    print(f"planted: {len(faults)} forms taken wrongly and 1 doubled row, all found")


def torture(engine_name: str, asked: argparse.Namespace) -> bool:
    """Send all forms on one engine; print the figures and tell whether each made one row."""
    chance = random.Random(asked.seed)  # noqa: S311 - repeatable
    began, forms = time.perf_counter(), []
    with served(engine_name) as instance:
        payers = [Payer(instance.instance) for _ in range(COPIES)]
        for payer in payers:
            payer.enter()
        for number in range(asked.forms):
            key, line = a_key(chance), chance.choice(payers[0].lines[:5])
            altered = number % 2 == 1
            amounts = tuple("2" if altered and place % 2 else "1" for place in range(COPIES))
            answers = [0] * COPIES

            def send(
                place: int,
                line: int = line,
                key: str = key,
                amounts: tuple[str, ...] = amounts,
                answers: list[int] = answers,
            ) -> None:
                answers[place] = payers[place].pay(line, key, amounts[place])

            for thread in at_once(COPIES, send):
                thread.join()
            forms.append(Sent(key, amounts, tuple(answers)))
        engine = instance.engine()
        kept = kept_keys(engine)
        engine.dispose()
    unsound = [one for one in forms if not one.is_sound]
    lost, doubled = lost_and_doubled([one.key for one in forms], kept)
    print(
        f"{engine_name}: {len(forms)} forms x {COPIES} copies, rows {sum(kept.values())}, "
        f"lost {lost}, doubled {doubled}, answered wrongly {len(unsound)} {unsound[:2]}, "
        f"seed {asked.seed}, {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return not (unsound or lost or doubled)


def main() -> int:
    """Run as the arguments say; return 0 when every form made one row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=100)
    parser.add_argument("--seed", type=int, default=391)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    asked = parser.parse_args()
    show_that_faults_are_found()
    sound = [torture(name, asked) for name in asked.engine or ENGINES]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
