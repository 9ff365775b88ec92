"""Sends every form five times at once, half of them with another amount in some copies.

One form makes one row; a copy with another content is refused with 409.
"""

import sys
from collections import Counter
from dataclasses import dataclass

from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.served import (
    SEE_OTHER,
    Payer,
    Served,
    a_key,
    at_once,
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


def send(payers: list[Payer], key: str, line: int, *, altered: bool) -> Sent:
    """Send the copies of one form at once, every second of an altered one with two đồng."""
    amounts = tuple("2" if altered and place % 2 else "1" for place in range(COPIES))
    answers = [0] * COPIES

    def copy(place: int) -> None:
        answers[place] = payers[place].pay_patiently(line, key, amounts[place])

    for thread in at_once(COPIES, copy):
        thread.join()
    return Sent(key, amounts, tuple(answers))


def send_all(instance: Served, asked: Asked) -> Outcome:
    """Send as many forms as asked, and compare the answers with the rows."""
    chance, watch = asked.chance, Watch()
    payers = instance.payers(COPIES)
    lines = payers[0].lines[:5]
    forms = [
        send(payers, a_key(chance), chance.choice(lines), altered=number % 2 == 1)
        for number in range(asked.amount)
    ]
    sent = {one.key for one in forms}
    kept = Counter({key: n for key, n in instance.kept_keys().items() if key in sent})
    lost, doubled = lost_and_doubled(sent, kept)
    unsound = [one for one in forms if not one.is_sound]
    faults = [f"answered wrongly: {one}" for one in unsound]
    faults += [f"{lost} lost"] * bool(lost) + [f"{doubled} doubled"] * bool(doubled)
    conflicts = sum(one.answers.count(CHANGED) for one in forms)
    figure = f"{COPIES} copies each, {sum(kept.values()):,} rows, {conflicts:,} answered 409"
    return Outcome(figure, tuple(faults), watch.seconds)


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that forms taken twice or for others are found, then send the forms."""
    wanted = (("doubled", "doubled"), ("altered", "answered wrongly"))
    for seed, (plant, what) in enumerate(wanted, asked.seed + 1):
        instance.serve(plant)
        few = Asked(asked.engine, 2, seed)
        told = " ".join(send_all(instance, few).faults)
        must_find(what in told, f"{plant}: {told}")
    instance.serve()
    clean = send_all(instance, asked)
    planted = "copies taken for forms, altered copies taken: found"
    return Outcome(clean.figure, clean.faults, clean.seconds, planted)


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial("forms", "A form sent five times at once is one row.", "forms", 40, 2_000, run)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
