"""Sends what nobody means well by to every field of every form, and to every parameter.

The addresses come from the URL map, the forms from `tests.checks.asking`. No answer is a fault of
ours (5xx), none is slow, and the server still stands.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from http.client import HTTPException
from urllib.parse import quote

from tests.checks.asking import forms_of
from tests.checks.hostile import PARAMS, TEXTS, sendable
from tests.checks.neighbours import NOWHERE
from tests.checks.own_affairs import OWN_AFFAIRS
from tools.bench import token_of
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.addresses import Address, addresses_of
from tools.torture.served import Served, served

VISITORS = ("quantri", "tonghop", "canbo")
LONGEST = 3_000
SLOW = 2.0
TIMES = 3
"""A machine that does much else is slow now and then."""
SERVER_FAULT = 500
GOES_AWAY = OWN_AFFAIRS | {"people.sign_in", "people.end_session", "people.end_sessions"}
"""Forms that would end the visit of whoever sends them."""

Ask = Callable[[], int]


def judge(ask: Ask) -> str:
    """Return what was wrong with an answer, or its status; slow is what is slow every time."""
    for _ in range(TIMES):
        began = time.perf_counter()
        try:
            status = ask()
        except (OSError, HTTPException):
            return "no answer"
        took = time.perf_counter() - began
        if status >= SERVER_FAULT:
            return f"fault {status}"
        if took <= SLOW:
            return str(status)
    return "slow"


def is_sound(judged: str) -> bool:
    """Tell whether an answer was neither a fault nor slow."""
    return judged.isdigit()


def is_every_kind_found() -> bool:
    """Tell whether a fault, a slow answer and a missing one are all found."""

    def slow() -> int:
        time.sleep(SLOW + 0.1)
        return 200

    def missing() -> int:
        raise ConnectionResetError

    return not any(is_sound(judge(ask)) for ask in (lambda: 500, lambda: 503, slow, missing))


class Sender:
    """Somebody signed in who sends hostile requests."""

    def __init__(self, instance: Served, account: str) -> None:
        self.visitor = instance.visitor(account)
        self.token = token_of(self.visitor)
        self.forms = forms_of(NOWHERE, NOWHERE)

    def ask(self, address: Address, chance: random.Random, texts: list[str]) -> tuple[str, Ask]:
        """Return one request to an address, in words and as a deed."""
        path = address.url
        if address.is_form:
            return self._form(address, chance)
        names = chance.sample(PARAMS, chance.randint(1, 3))
        query = "&".join(f"{name}={chance.choice(texts)}" for name in names)[:LONGEST]
        return f"GET {path}?{query}"[:200], lambda: self._patiently(f"{path}?{query}")

    def _form(self, address: Address, chance: random.Random) -> tuple[str, Ask]:
        """Return a form filled in rightly but for one to three of its fields."""
        fields = {name: str(value) for name, value in self._fields(address, chance).items()}
        spoiled = chance.sample(sorted(fields), min(len(fields), chance.randint(1, 3)))
        for name in spoiled:
            fields[name] = chance.choice(list(TEXTS.values()))
        fields.setdefault("csrf_token", self.token)
        words = f"POST {address.url} {spoiled} " + str({n: fields[n][:30] for n in spoiled})
        return words[:200], lambda: self._patiently(address.url, fields)

    def _fields(self, address: Address, chance: random.Random) -> dict[str, object]:
        body = dict(chance.choice(self.forms.get(address.endpoint, ({},))))
        return {**body, "unknown": ""} if chance.random() < 0.1 or not body else body

    def _patiently(self, path: str, fields: dict[str, str] | None = None) -> int:
        """Send a request, once more over a new connection when an idle one was closed."""
        for last in (False, True):
            try:
                if fields is None:
                    return self.visitor.get(path)[0]
                return self.visitor.post(path, fields)
            except (OSError, HTTPException):
                self.visitor.connection.close()
                if last:
                    raise
        return 0


def spoiled(addresses: Iterable[Address], chance: random.Random) -> list[Address]:
    """Return the addresses in a random order, some with a hostile name of a record."""
    listed = list(addresses)
    texts = list(sendable(TEXTS).values())
    turned = [
        one.with_name(chance.choice(texts)[:LONGEST]) if chance.random() < 0.1 else one
        for one in listed
    ]
    chance.shuffle(turned)
    return turned


def attack(instance: Served, asked: Asked) -> Outcome:
    """Send as many requests as asked, to every address in turn."""
    chance, found, watch = asked.chance, Counter[str](), Watch()
    texts, faults = list(sendable(TEXTS).values()), list[str]()
    known = [one for one in addresses_of(instance) if one.endpoint not in GOES_AWAY]
    senders = [Sender(instance, name) for name in VISITORS]
    queue: list[Address] = []
    for number in range(asked.amount):
        queue = queue or spoiled(known, chance)
        words, ask = senders[number % len(senders)].ask(queue.pop(), chance, texts)
        judged = judge(ask)
        found[judged] += 1
        if not is_sound(judged):
            faults.append(f"{judged}: request {number}: {quote(words, safe=' /?&={}:,')}")
    if senders[0].visitor.get("/healthz")[0] != 200:
        faults.append("the server does not stand")
    figure = f"{len(known)} addresses, answers {dict(sorted(found.items()))}"
    return Outcome(figure, tuple(faults), watch.seconds)


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that faults are found, in answers made up and in the product, then send everything."""
    must_find(is_every_kind_found(), "answers that are faults, slow or missing")
    instance.serve("brittle")
    must_find(attack(instance, asked.less(150)).faults, "a screen that breaks on a number")
    instance.serve()
    clean = attack(instance, asked)
    planted = "faults, slow and missing answers, a brittle screen: found"
    return Outcome(clean.figure, clean.faults, clean.seconds, planted)


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial(
    "hostile", "No text breaks or slows any field or parameter.", "requests", 300, 10_000, run
)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
