"""Kills the server with SIGKILL while people are being told that their entries are kept.

Afterwards every entry that was confirmed must be there, once; every form without an answer is sent
again with its key, and must then be there, once.
"""

import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

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

CLIENTS = 4
ENTRIES_A_KILL = 100
"""Confirmed in each round before the end may come, if they come within PATIENCE."""
PATIENCE = 8.0


@dataclass
class Heard:
    """What the payers were told: keys that were confirmed, and forms without an answer."""

    confirmed: list[str] = field(default_factory=list)
    open: list[tuple[int, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


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

    wanted, began = len(heard.confirmed) + ENTRIES_A_KILL, time.monotonic()
    threads = at_once(len(payers), pay)
    while len(heard.confirmed) < wanted and time.monotonic() - began < PATIENCE:
        time.sleep(0.02)
    time.sleep(chance.uniform(0.0, 1.0))
    instance.kill()
    stop.set()
    for thread in threads:
        thread.join()
    instance.start()
    send_again(payers[0], heard)


def send_again(payer: Payer, heard: Heard) -> None:
    """Send every form without an answer again; it is told so if one is refused."""
    for line, key in heard.open:
        if payer.pay_patiently(line, key) == SEE_OTHER:
            heard.confirmed.append(key)
        else:
            heard.refused.append(key)
    heard.open.clear()


def judge(instance: Served, heard: Heard) -> tuple[str, tuple[str, ...]]:
    """Compare what was told with what is kept: in words, and everything that is wrong."""
    said = {*heard.confirmed, *heard.refused}
    kept = Counter({key: n for key, n in instance.kept_keys().items() if key in said})
    lost, doubled = lost_and_doubled(set(heard.confirmed), kept)
    figure = f"{len(heard.confirmed):,} acknowledged, lost {lost}, doubled {doubled}"
    faults = [f"{lost} lost"] * bool(lost) + [f"{doubled} doubled"] * bool(doubled)
    return figure, (*faults, *(f"sent again and refused: {key}" for key in heard.refused))


def rounds(instance: Served, asked: Asked) -> Outcome:
    """Kill the server as often as asked."""
    chance, heard, watch = asked.chance, Heard(), Watch()
    payers = instance.payers(CLIENTS)
    for _ in range(asked.amount):
        one_round(instance, payers, chance, heard)
    figure, faults = judge(instance, heard)
    return Outcome(figure, faults, watch.seconds)


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that entries lost and doubled are found, then kill the product itself."""
    instance.serve("unkept")
    payers, heard, chance = instance.payers(1), Heard(), asked.chance
    for key in (a_key(chance) for _ in range(20)):
        if payers[0].pay(payers[0].lines[0], key) == SEE_OTHER:
            heard.confirmed.append(key)
    must_find("lost" in " ".join(judge(instance, heard)[1]), "entries that were not kept")
    instance.serve("doubled")
    payers, heard = instance.payers(1), Heard()
    keys = [a_key(chance) for _ in range(3)]
    for key in keys * 2:
        payers[0].pay(payers[0].lines[0], key)
        heard.confirmed.append(key)
    must_find("doubled" in " ".join(judge(instance, heard)[1]), "entries kept twice")
    instance.serve()
    clean = rounds(instance, Asked(asked.engine, asked.amount, asked.seed + 1))
    return Outcome(
        clean.figure, clean.faults, clean.seconds, "entries lost, entries doubled: found"
    )


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial("kill", "No acknowledged entry is lost by kill -9.", "kills", 3, 200, run)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
