"""Read a drawing back as strict XML."""

from collections import defaultdict
from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate


@dataclass
class Reading:
    """The elements of a drawing in order, their attributes, and the texts by element."""

    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def of_class(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of every element that carries the class."""
        return [one for one in self.attributes if name in one.get("class", "").split()]


def read(made: str) -> Reading:
    """Return what an XML parser finds; a drawing that is not well-formed raises."""
    found = Reading()
    open_tags: list[str] = []
    parser = ParserCreate()
    parser.buffer_text = True

    def begin(tag: str, attributes: dict[str, str]) -> None:
        found.tags.append(tag)
        found.attributes.append(attributes)
        open_tags.append(tag)

    def say(words: str) -> None:
        found.texts[open_tags[-1]].append(words)

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _tag: open_tags.pop()
    parser.CharacterDataHandler = say
    parser.Parse(str(made), True)
    return found


def spots(path: dict[str, str]) -> list[tuple[float, float]]:
    """Return the points of a path made of M and L."""
    steps = path["d"].removesuffix("Z").lstrip("M").split("L")
    return [(float(x), float(y)) for x, y in (step.split() for step in steps)]
