"""What stands on a page inside links, and outside of them: to compare each with where it leads."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_NUMBER = re.compile(r'<data class="(\w+)"(?: id="(\w+)")?[^>]*? value="([^"]*)"')


@dataclass
class Link:
    """One link: where to, the texts in it, the numbers in it (kind and exact value)."""

    url: str
    rest: int | None
    part: str
    texts: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)


class Sheet(HTMLParser):
    """Reads the element with an id: its links, and the words that stand in no link."""

    def __init__(self, page: str, element_id: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.loose: list[str] = []
        self.rows: dict[str, int] = {}
        self._wanted, self._depth, self._link = element_id, 0, None
        self._part = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._depth == 0 and given.get("id") != self._wanted:
            return
        if tag not in VOID:
            self._depth += 1
        if tag in {"section", "dl"}:
            self._part = given.get("id") or ""
        if tag == "li":
            self.rows[self._part] = self.rows.get(self._part, 0) + 1
        if tag == "a":
            rest = given.get("data-rest")
            self._link = Link(given["href"] or "", int(rest) if rest else None, self._part)
            self.links.append(self._link)
        if tag == "data" and self._link is not None:
            self._link.numbers.append((given["class"] or "", given["value"] or ""))

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in VOID:
            self._depth -= 1
            if tag == "a":
                self._link = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not self._depth or not words:
            return
        if self._link is None:
            self.loose.append(words)
        elif not self._link.numbers:
            self._link.texts.append(words.strip(" :"))


def numbers_on(page: str) -> set[tuple[str, str, str]]:
    """Return every number of a page: its kind, the id of its element, its exact value."""
    return {(kind, mark or "", value) for kind, mark, value in _NUMBER.findall(page)}
