"""What the tests of requests share: the order of money, a reason, a period to lock."""

from tracker.domain.periods import Strength
from tracker.services.periods import LockPeriod

BILLION = 10**9
WHY = "Theo văn bản của Kho bạc"
MARCH = LockPeriod(2025, 3, Strength.HARD)
