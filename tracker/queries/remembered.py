"""Readings remembered within this process, each by the state of the data it was read in."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Read = TypeVar("Read")


class Remembered(Generic[Read]):
    """The last readings by key. A key holds a stamp that is never drawn twice, so none goes stale.

    What is kept here is frozen and has nobody's name on it: who may see it is part of the key.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._read: OrderedDict[Hashable, Read] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Read | None:
        """Return what was read under a key, or None."""
        with self._lock:
            found = self._read.get(key)
            if found is not None:
                self._read.move_to_end(key)
            return found

    def put(self, key: Hashable, read: Read) -> Read:
        """Remember a reading and return it; the one asked for longest ago is given up."""
        with self._lock:
            self._read[key] = read
            if len(self._read) > self._most:
                self._read.popitem(last=False)
        return read
