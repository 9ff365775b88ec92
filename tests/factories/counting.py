"""Numbers that no two rows of a test share."""

from itertools import count

_numbers = count(1)


def a_number() -> int:
    """Return the next number."""
    return next(_numbers)
