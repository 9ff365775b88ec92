"""Walks back through a year: from what was disbursed in the end to what was before."""

from collections.abc import Sequence

from tracker.demo.chance import Dice
from tracker.demo.spreading import spread


class Settling:
    """Steps back one checkpoint at a time; between two of them only some lines are paid."""

    def __init__(self, dice: Dice, count: int) -> None:
        self._dice = dice
        self._count = count

    def step_back(
        self, total: int, lows: Sequence[int], highs: Sequence[int], still: Sequence[bool]
    ) -> list[int]:
        """Return what each line had disbursed before, so that they add up to the total.

        `highs` are what they had later, or their plans if these were smaller. Lines that are
        `still` have it all already, unless the others cannot make up the difference.
        """
        taken = sum(highs) - total
        order = self._dice.shuffled([n for n in range(self._count) if not still[n]])
        order += self._dice.shuffled([n for n in range(self._count) if still[n]])
        bounds = list(highs)
        room = 0
        for n in order:
            if room >= 2 * taken:
                break
            bounds[n] = lows[n]
            room += highs[n] - lows[n]
        weights = [high * self._dice.between(20, 100) for high in highs]
        return spread(total, weights, bounds, highs)
