"""Verdicts of many projects taken together: a unit, a tier, the province."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.domain.classes import Class, Standing
from tracker.domain.flags import FlagCode, Severity
from tracker.domain.money import Dong, total
from tracker.domain.slowness import Verdict


@dataclass(frozen=True, slots=True)
class Summary:
    """What many verdicts amount to. Money first: leaders act on amounts, not on shares.

    `behind` and `ahead` add up the gaps of the projects on that side of their paths; behind
    is given as a positive amount.
    """

    projects: int
    behind: Dong
    ahead: Dong
    worst: Severity | None
    classes: Mapping[Class, int]
    standings: Mapping[Standing, int]
    flags: Mapping[FlagCode, int]

    @property
    def slow(self) -> int:
        """Return how many projects are slow or not able to disburse all."""
        return self.classes[Class.SLOW] + self.classes[Class.UNABLE]

    @property
    def gap(self) -> Dong:
        """Return all gaps together: negative when the whole is behind."""
        return Dong(self.ahead - self.behind)


def summarise(verdicts: Iterable[Verdict]) -> Summary:
    """Return the summary of some verdicts; every class and flag is counted, also as zero."""
    listed = list(verdicts)
    gaps = [verdict.gap for verdict in listed if verdict.gap is not None]
    classes = Counter(verdict.klass for verdict in listed)
    standings = Counter(verdict.standing for verdict in listed)
    flags = Counter(code for verdict in listed for code in verdict.codes)
    severities = [v.severity for v in listed if v.severity is not None]
    return Summary(
        len(listed),
        total(Dong(-gap) for gap in gaps if gap < 0),
        total(gap for gap in gaps if gap > 0),
        max(severities, default=None),
        {one: classes[one] for one in Class},
        {one: standings[one] for one in Standing},
        {one: flags[one] for one in FlagCode},
    )
