"""The few words of SVG that the drawings need.

Colours stand twice: as presentation attributes, which paper and PDF read, and as classes, which
`static/css/components/chart.css` gives the colours of the reader's theme. Every text goes through
`escaped`; nothing else here takes a string from outside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

# Characters that XML 1.0 refuses even when escaped, and signs that turn the direction of a line.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class Size:
    """The width and height of a drawing, in its own units: one is a CSS pixel at full size."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle inside a drawing where the numbers stand."""

    left: float
    top: float
    right: float
    bottom: float

    def x(self, share: float) -> float:
        """Return the place of a share of the width, 0 at the left edge."""
        return self.left + (self.right - self.left) * share

    def y(self, share: float) -> float:
        """Return the place of a share of the height, 0 at the bottom."""
        return self.bottom - (self.bottom - self.top) * share


def escaped(words: str) -> str:
    """Return the words as they may stand in XML text and in a quoted attribute."""
    return escape(_FORBIDDEN.sub("", words), quote=True)


def number(value: float) -> str:
    """Return a coordinate with one decimal and no needless zero: 12, 12.5."""
    return f"{value:.1f}".removesuffix(".0")


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 12,
    anchor: str = "start",
    fill: str = "#48515d",
    name: str = "",
    bold: bool = False,
) -> str:
    """Return one line of words whose base line starts, ends or is centred at a point."""
    weight = ' font-weight="600"' if bold else ""
    named = f' class="{name}"' if name else ""
    return (
        f'<text{named} x="{number(x)}" y="{number(y)}" font-size="{size}"'
        f' text-anchor="{anchor}" fill="{fill}"{weight}>{escaped(words)}</text>'
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str, name: str, rest: str = ""
) -> str:
    """Return a straight line; `rest` holds further attributes, written by us."""
    return (
        f'<line class="{name}" x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}"'
        f' y2="{number(y2)}" stroke="{stroke}"{rest}/>'
    )


def rect(
    x: float, y: float, width: float, height: float, *, fill: str, name: str, rest: str = ""
) -> str:
    """Return a filled rectangle; `rest` holds further attributes, written by us."""
    return (
        f'<rect class="{name}" x="{number(x)}" y="{number(y)}" width="{number(width)}"'
        f' height="{number(height)}" fill="{fill}"{rest}/>'
    )


def path(steps: str, *, name: str, rest: str) -> str:
    """Return a path through the given steps; `rest` holds its colours and widths."""
    return f'<path class="{name}" d="{steps}"{rest}/>'


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Return the steps of a path through the points: M, then L."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def drawing(size: Size, title: str, description: str, parts: Iterable[str], name: str) -> Markup:
    """Return the finished drawing, named and described for those who do not see it."""
    body = "".join(parts)
    return Markup(  # noqa: S704  # every word in it went through `escaped`
        f'<svg class="drawing {name}" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' viewBox="0 0 {size.width} {size.height}" width="{size.width}" height="{size.height}"'
        f' font-family="Inter, sans-serif">'
        f"<title>{escaped(title)}</title><desc>{escaped(description)}</desc>{body}</svg>"
    )
