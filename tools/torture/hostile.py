"""Sends what nobody means well by to every parameter and field of the running product.

No answer is a fault of ours (5xx), none is slow, and the server still stands.
`python -m tools.torture.hostile --requests 10000`.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException

from tests.checks.hostile import PARAMS, TEXTS, sendable
from tools.bench import SHEET, Visitor
from tools.torture.served import ENGINES, OFFICER, served

SCREENS = (
    "/", "/projects", "/projects.csv", "/slowness", "/disbursements/entries",
    "/disbursements/entries.csv", SHEET, "/sign-in", "/language/en", "/people",
)  # fmt: skip
FIELDS = (
    "line", "key", "kind", "purpose", "amount", "voucher", "voucher_on", "note", "recovered",
    "confirmed", "fill", "csrf_token", "unknown",
)  # fmt: skip
LONGEST = 3_000
SLOW = 2.0
SERVER_FAULT = 500

Ask = Callable[[], int]


def judge(ask: Ask) -> str:
    """Return what was wrong with an answer, or its status."""
    began = time.perf_counter()
    try:
        status = ask()
    except (OSError, HTTPException):
        return "no answer"
    took = time.perf_counter() - began
    if status >= SERVER_FAULT:
        return f"fault {status}"
    return "slow" if took > SLOW else str(status)


def is_sound(judged: str) -> bool:
    """Tell whether an answer was neither a fault nor slow."""
    return judged.isdigit()


def show_that_faults_are_found() -> None:
    """Raise unless a fault, a slow answer and a missing one are all found."""

    def slow() -> int:
        time.sleep(SLOW + 0.1)
        return 200

    def missing() -> int:
        raise ConnectionResetError

    if any(is_sound(judge(ask)) for ask in (lambda: 500, lambda: 503, slow, missing)):
        message = "a planted fault was not found"
        raise AssertionError(message)
    print("planted: 2 faults, 1 slow answer, 1 missing answer, all found")


def an_ask(visitor: Visitor, chance: random.Random, texts: list[str]) -> Ask:
    """Return one hostile request, to a screen or to the form of the daily sheet."""
    if chance.random() < 0.7:
        names = chance.sample(PARAMS, chance.randint(1, 3))
        query = "&".join(f"{name}={chance.choice(texts)}" for name in names)[:LONGEST]
        path = f"{chance.choice(SCREENS)}?{query}"
        return lambda: visitor.get(path)[0]
    fields = {name: chance.choice(list(TEXTS.values())) for name in chance.sample(FIELDS, 6)}
    return lambda: visitor.post(SHEET, fields)


def torture(engine_name: str, asked: argparse.Namespace) -> bool:
    """Send all requests on one engine; print the figures and tell whether all were answered."""
    chance, found = random.Random(asked.seed), Counter[str]()  # noqa: S311 - repeatable
    texts, worst, began = list(sendable(TEXTS).values()), "", time.perf_counter()
    with served(engine_name) as instance:
        visitor = Visitor(instance.instance, OFFICER)
        for number in range(asked.requests):
            judged = judge(an_ask(visitor, chance, texts))
            found[judged] += 1
            if not is_sound(judged):
                worst = worst or f"; first at request {number}"
                visitor.connection.close()
        alive = visitor.get("/healthz")[0] == 200
    print(
        f"{engine_name}: {asked.requests} requests, {dict(sorted(found.items()))}{worst}, "
        f"server stands: {alive}, seed {asked.seed}, {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return alive and all(is_sound(one) for one in found)


def main() -> int:
    """Run as the arguments say; return 0 when no answer was a fault or slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--seed", type=int, default=391)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    asked = parser.parse_args()
    show_that_faults_are_found()
    sound = [torture(name, asked) for name in asked.engine or ENGINES]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
