"""A filter at work, as the lists of every room show it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """What is filtered by and for what, with the address of the same list without it."""

    label: str
    value: str
    remove_url: str
