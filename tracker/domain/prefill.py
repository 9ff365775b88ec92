"""First drafts of a scenario: a curve laid over the plan, for a person to correct."""

from collections.abc import Sequence

from tracker.domain.days import MONTHS
from tracker.domain.money import Dong, divide_half_up
from tracker.domain.scenarios import Curve


def along(curve: Curve, plan: Dong) -> tuple[Dong, ...]:
    """Return the thirteen cumulative amounts of a plan that follows the curve."""
    return tuple(Dong(divide_half_up(plan * point, curve.whole)) for point in curve.points)


def rest_along(curve: Curve, plan: Dong, done: Sequence[Dong]) -> tuple[Dong, ...]:
    """Return thirteen amounts: what was done by the months that are over, then the rest.

    `done` holds the cumulative amounts of those months, none to twelve. The rest of the way up
    to the curve's end follows the part of the curve that is left; an amount that went down is
    held at the highest before it, so that the draft is a path.
    """
    past = _rising(done[: MONTHS - 1])
    if not past:
        return along(curve, plan)
    came, passed = past[-1], curve.points[len(past) - 1]
    end = max(along(curve, plan)[-1], came)
    left = curve.points[-1] - passed
    rest = [
        Dong(came + divide_half_up((end - came) * (point - passed), left)) if left else end
        for point in curve.points[len(past) :]
    ]
    return (*past, *rest)


def _rising(amounts: Sequence[Dong]) -> list[Dong]:
    risen: list[Dong] = []
    for amount in amounts:
        risen.append(max(amount, risen[-1] if risen else Dong(0)))
    return risen
