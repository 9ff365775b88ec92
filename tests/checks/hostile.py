"""Texts and queries that nobody means well by, or that a broken program sends."""

import unicodedata
from urllib.parse import quote

HUGE = "9" * 5_000
TEXTS: dict[str, str] = {
    "nul": "a\x00b",
    "bell": "a\x07b",
    "c1": "a\x85b",
    "line_end": "a\r\nX-Injected: b",
    "bidi": "a\u202eb",
    "zero_width": "a\u200bb",
    "tag_character": "a\U000e0041b",
    "marks": "a" + "\u0301" * 3_000,
    "decomposed": unicodedata.normalize("NFD", "Hoà Bình, Đường tỉnh 391 nội thị"),
    "long": "dài " * 25_000,
    "huge_number": HUGE,
    "page_beyond": "1" + "0" * 20,
    "beyond_bigint": str(2**63),
    "beyond_integer": str(2**31),
    "minus": "-1",
    "zero": "0",
    "underscore": "1_000",
    "arabic_digits": "\u0661\u0662\u0663",
    "wide_digits": "\uff11\uff12\uff13",
    "superscript": "²",
    "exponent": "1e999999",
    "not_a_number": "NaN",
    "hexadecimal": "0x10",
    "point": "1.5",
    "no_day": "2025-02-30",
    "day_zero": "0000-00-00",
    "first_day": "0001-01-01",
    "last_day": "9999-12-31",
    "oldest_day": "2000-01-01",
    "latest_day": "2100-12-31",
    "arabic_day": "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0661",
    "markup": "\"'><script>alert(1)</script>",
    "statement": "' OR '1'='1' --",
    "wildcards": "%_\\%_",
    "template": "{{ 7 * 7 }}{% raw %}",
    "format": "%s%n%(name)s{0.__class__}",
    "path": "../../etc/passwd",
    "formula": '=HYPERLINK("http://vidu.vn","x")',
    "emoji": "👩‍👩‍👧 và 🏗",
    "empty": "",
    "spaces": "   ",
    "comma": ",",
    "colon": "unit:1:2",
}
"""By what they are, so that a failure names it."""

RAW: dict[str, str] = {
    "half_of_a_pair": "%ED%A0%80",
    "not_utf8": "%FF%FE",
    "cut_letter": "%E1%BB",
    "percent_alone": "%",
    "percent_word": "%zz",
}
"""Already written as they travel."""

URL_WORDS = ("endpoint", "_external", "_scheme", "_anchor", "_method", "values", "self", "code")
"""Names of parameters that mean something to whoever builds an address from them."""


# fmt: off
PARAMS = (
    "q", "project", "from", "to", "since", "until", "year", "as_of", "unit", "extended", "kind",
    "owner", "area", "tier", "source", "budget", "class", "group", "sector", "status", "flag",
    "standing", "plan", "order", "page", "size", "block", "show", "line", "before", "fill", "role",
    "state", "next", "username", "day", "v",
)
"""Every parameter that some screen reads."""
IN_NAMES = (
    "nul", "line_end", "decomposed", "huge_number", "beyond_bigint", "minus", "last_day", "path",
    "not_utf8",
)
# fmt: on
"""What is put where an address names a record."""


def sendable(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts as they travel in an address or a form, the raw ones among them."""
    return {name: quote(text, safe="") for name, text in texts.items()} | RAW


def is_clean(text: str) -> bool:
    """Tell whether a stored text is composed and holds nothing that cannot be seen."""
    seen = text.replace("\n", "")
    return unicodedata.is_normalized("NFC", text) and not any(
        unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in seen
    )
