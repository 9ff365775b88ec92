"""Chance that falls the same way every time: one seed, one province."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Throws for one seed, alike on every machine and every Python.

    Only `Random.random` is used: its sequence is promised for ever, that of its sisters is not.
    """

    def __init__(self, seed: int) -> None:
        self.unit = Random(seed).random  # noqa: S311 - a simulation, not a secret
        """Return the next number in [0, 1)."""

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1."""
        return int(self.unit() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def happens(self, percent: int) -> bool:
        """Tell whether a thing of so many per cent happens."""
        return self.below(100) < percent

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in another order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """Return `count` different items."""
        return self.shuffled(items)[:count]

    def size(self, least: int = 150) -> int:
        """Return how large a thing is beside its like: many small ones, few large."""
        u = self.unit()
        return least + int(2400 * u * u * u) + self.below(300)

    def jitter(self, amount: int, low: int, high: int) -> int:
        """Return the amount times something from `low` to `high` per cent."""
        return amount * self.between(low * 10, high * 10) // 1000
