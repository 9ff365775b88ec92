"""Two people changed one record: what each of them changed, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of the fields in which two versions of a record differ.

    `theirs` only the other person changed: the stored value is taken. `mine` only this person
    changed: it is kept. `both` were changed to different values: a person must choose.
    """

    theirs: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    both: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Return every field in which the versions differ."""
        return frozenset(self.theirs + self.mine + self.both)


def merge(base: Values, stored: Values, typed: Values) -> Merge:
    """Compare what was read, what is stored by now and what was typed, in the order typed.

    Of a field that `base` does not know, nobody can say who changed it: that is for a person.
    """
    theirs, mine, both = [], [], []
    for name, value in typed.items():
        if name not in stored or stored[name] == value:
            continue
        if name in base and base[name] == value:
            theirs.append(name)
        elif name in base and base[name] == stored[name]:
            mine.append(name)
        else:
            both.append(name)
    return Merge(tuple(theirs), tuple(mine), tuple(both))
