"""Kills PostgreSQL under load: all its processes, one that serves somebody, or by immediate stop.

Whoever pays meanwhile may only be told to try again (503); the database is back within ten
seconds; every acknowledged entry is there, once. The server keeps what it commits, as in
production; one that does not (`synchronous_commit = off`) must be found out first.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from tools.postgres import DURABLE, Cluster, children_of, with_cluster
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.kill import Heard, judge, send_again
from tools.torture.served import (
    SEE_OTHER,
    UNAVAILABLE,
    Payer,
    Served,
    a_key,
    at_once,
    served_on,
)

CLIENTS = 4
BACK_WITHIN = 10.0
PATIENCE = 60.0
FORGETFUL = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10s"}
"""A server that acknowledges what it has only in memory."""


def power_cut(cluster: Cluster, _chance: random.Random) -> None:
    """Kill every process at once, and start the server again."""
    cluster.strike()
    cluster.start()


def immediate_stop(cluster: Cluster, _chance: random.Random) -> None:
    """Stop the server without a checkpoint, and start it again."""
    cluster.process.send_signal(signal.SIGQUIT)
    cluster.process.wait(PATIENCE)
    cluster.start()


def one_process(cluster: Cluster, chance: random.Random) -> None:
    """Kill one process of the server; it ends all others itself and recovers."""
    with suppress(ProcessLookupError, IndexError):
        os.kill(chance.choice(children_of(cluster.process)), signal.SIGKILL)


BLOWS: tuple[Callable[[Cluster, random.Random], None], ...] = (
    power_cut,
    immediate_stop,
    one_process,
)


def one_crash(
    cluster: Cluster, payers: list[Payer], chance: random.Random, heard: Heard, number: int
) -> tuple[float, set[int]]:
    """Strike while everybody pays; return how long nobody could, and what they were answered."""
    stop, answers, back = threading.Event(), set[int](), list[float]()
    seeds = [chance.getrandbits(64) for _ in payers]
    struck = float("inf")

    def pay(place: int) -> None:
        own, payer = random.Random(seeds[place]), payers[place]  # noqa: S311 - repeatable
        while not stop.is_set():
            line, key, began = own.choice(payer.lines[:5]), a_key(own), time.monotonic()
            status = payer.pay(line, key)
            answers.add(status)
            if status == SEE_OTHER:
                heard.confirmed.append(key)
                if began > struck:
                    back.append(time.monotonic())
            else:
                heard.open.append((line, key))
                stop.wait(0.1)

    threads = at_once(len(payers), pay)
    time.sleep(chance.uniform(1.0, 2.0))
    blow, now = BLOWS[number % len(BLOWS)], time.monotonic()
    blow(cluster, chance)
    struck = now
    limit = now + PATIENCE
    while not back and time.monotonic() < limit:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    send_again(payers[0], heard)
    return (back[0] if back else limit) - now, answers


def crashes(cluster: Cluster, instance: Served, asked: Asked) -> Outcome:
    """Strike as often as asked."""
    chance, heard, watch, longest, odd = asked.chance, Heard(), Watch(), 0.0, set[int]()
    payers = instance.payers(CLIENTS)
    for number in range(asked.amount):
        away, answers = one_crash(cluster, payers, chance, heard, number)
        longest = max(longest, away)
        odd |= answers - {SEE_OTHER, UNAVAILABLE}
    figure, faults = judge(instance, heard)
    if longest > BACK_WITHIN:
        faults += (f"back after {longest:.1f} s",)
    if odd:
        faults += (f"answered {sorted(odd)}; 0 is no answer at all",)
    figure = f"{figure}, back within {longest:.1f} s, other answers than 303 and 503: {len(odd)}"
    return Outcome(figure, faults, watch.seconds)


def is_forgetful_found(asked: Asked) -> bool:
    """Tell whether a server that loses what it acknowledged is found out in a few crashes."""
    with with_cluster(FORGETFUL) as cluster, served_on(cluster.url) as instance:
        payers, chance = instance.payers(2), asked.chance
        for _ in range(5):
            heard = Heard()
            for _ in range(5):
                key = a_key(chance)
                if payers[0].pay(payers[0].lines[0], key) == SEE_OTHER:
                    heard.confirmed.append(key)
            power_cut(cluster, chance)
            if any("lost" in fault for fault in judge(instance, heard)[1]):
                return True
            time.sleep(1)
    return False


def run(asked: Asked) -> Outcome:
    """Find out the forgetful server, then strike the one that keeps what it says."""
    must_find(is_forgetful_found(asked), "a server with synchronous_commit off")
    with with_cluster(DURABLE) as cluster, served_on(cluster.url) as instance:
        clean = crashes(cluster, instance, asked)
    planted = "a server that acknowledges before it keeps: found"
    return Outcome(clean.figure, clean.faults, clean.seconds, planted)


TRIAL = Trial(
    "crashes",
    "No acknowledged entry is lost when PostgreSQL is killed.",
    "crashes",
    3,
    30,
    run,
    ("postgresql",),
)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
