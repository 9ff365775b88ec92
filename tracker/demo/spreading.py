"""Splits whole amounts so that the parts add up again exactly, within bounds."""

from collections.abc import Sequence
from itertools import accumulate


class NotSpreadableError(ValueError):
    """The bounds of the parts do not allow the total: the calibration contradicts itself."""


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Return parts in proportion to the weights that add up to the amount exactly."""
    whole = sum(weights)
    parts, before = [], 0
    for reached in accumulate(weights):
        cut = amount * reached // whole
        parts.append(cut - before)
        before = cut
    return parts


def spread(
    total: int, weights: Sequence[int], lows: Sequence[int], highs: Sequence[int]
) -> list[int]:
    """Return parts that add up to the total, each from its low to its high.

    What lies above the lows is given in proportion to the weights; a part that is full gives
    its share to the others. Parts of weight zero are filled only when the others are full.

    Raises:
        NotSpreadableError: the total lies outside the bounds.
    """
    parts = list(lows)
    rest = total - sum(parts)
    room = [high - low for low, high in zip(lows, highs, strict=True)]
    if rest < 0 or rest > sum(room) or min(room, default=0) < 0:
        raise NotSpreadableError(total, sum(lows), sum(highs))
    wanted = [i for i, weight in enumerate(weights) if weight > 0 and room[i] > 0]
    spare = [i for i, weight in enumerate(weights) if weight <= 0 and room[i] > 0]
    rest = _pour(parts, room, wanted, [weights[i] for i in wanted], rest)
    _pour(parts, room, spare, [room[i] for i in spare], rest)
    return parts


def _pour(
    parts: list[int], room: Sequence[int], places: list[int], weights: list[int], rest: int
) -> int:
    """Fill the places in proportion to the weights, and return what found no room."""
    while rest and places:
        whole = sum(weights)
        full = [n for n, i in enumerate(places) if rest * weights[n] // whole >= room[i]]
        if not full:
            for i, part in zip(places, split(rest, weights), strict=True):
                parts[i] += part
            return 0
        for n in full:
            parts[places[n]] += room[places[n]]
            rest -= room[places[n]]
        kept = set(range(len(places))).difference(full)
        places, weights = [places[n] for n in sorted(kept)], [weights[n] for n in sorted(kept)]
    return rest
