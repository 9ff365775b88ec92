"""Kills the server with SIGKILL while people are being told that their entries are kept.

Afterwards every entry that was confirmed must be there, once; every form without an answer is sent
again with its key, and must then be there, once. `python -m tools.torture.kill --rounds 5`.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tools.torture.served import (
    ENGINES,
    SEE_OTHER,
    Payer,
    Served,
    a_key,
    at_once,
    kept_keys,
    lost_and_doubled,
    served,
)


@dataclass
class Heard:
    """What the payers were told: keys that were confirmed, and forms without an answer."""

    confirmed: list[str] = field(default_factory=list)
    open: list[tuple[int, str]] = field(default_factory=list)


def show_that_faults_are_found() -> None:
    """Raise unless a lost entry and a doubled one are both found."""
    if lost_and_doubled(["a", "b"], Counter({"a": 2})) != (1, 1):
        message = "a planted fault was not found"
        raise AssertionError(message)
    print("planted: 1 lost and 1 doubled entry, both found")


def one_round(instance: Served, payers: list[Payer], chance: random.Random, heard: Heard) -> None:
    """Let everybody pay until the server is killed; start it again; send again what is open."""
    stop = threading.Event()
    seeds = [chance.getrandbits(64) for _ in payers]

    def pay(place: int) -> None:
        own, payer = random.Random(seeds[place]), payers[place]  # noqa: S311 - repeatable
        while not stop.is_set():
            line, key = own.choice(payer.lines[:5]), a_key(own)
            if payer.pay(line, key) == SEE_OTHER:
                heard.confirmed.append(key)
            else:
                heard.open.append((line, key))
                stop.wait(0.05)

    threads = at_once(len(payers), pay)
    time.sleep(chance.uniform(0.5, 2.0))
    instance.kill()
    stop.set()
    for thread in threads:
        thread.join()
    instance.start()
    for line, key in heard.open:
        if payers[0].pay(line, key) != SEE_OTHER:
            message = f"sent again and refused: {key}"
            raise AssertionError(message)
    heard.confirmed += [key for _line, key in heard.open]
    heard.open.clear()


def torture(engine_name: str, asked: argparse.Namespace) -> bool:
    """Do all rounds on one engine; print the figures and tell whether nothing was lost."""
    chance, heard = random.Random(asked.seed), Heard()  # noqa: S311 - repeatable
    began = time.perf_counter()
    with served(engine_name) as instance:
        payers = [Payer(instance.instance) for _ in range(asked.clients)]
        for payer in payers:
            payer.enter()
        for _ in range(asked.rounds):
            one_round(instance, payers, chance, heard)
        engine = instance.engine()
        kept = kept_keys(engine)
        engine.dispose()
    lost, doubled = lost_and_doubled(heard.confirmed, kept)
    stray = len(set(kept) - set(heard.confirmed))
    print(
        f"{engine_name}: {asked.rounds} kills, {len(heard.confirmed)} confirmed, lost {lost}, "
        f"doubled {doubled}, never sent {stray}, seed {asked.seed}, "
        f"{time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return not (lost or doubled or stray)


def main() -> int:
    """Run as the arguments say; return 0 when nothing was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=391)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    asked = parser.parse_args()
    show_that_faults_are_found()
    sound = [torture(name, asked) for name in asked.engine or ENGINES]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
