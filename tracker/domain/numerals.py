"""Amounts written out in words, as papers of the treasury ask for them."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_BILLION = 10**9
_UNITS = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))

_BELOW_TWENTY = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = (
    (10**15, "quadrillion"),
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (10**3, "thousand"),
    (100, "hundred"),
)


def spell(amount: int) -> str:
    """Return a whole number in Vietnamese words, in small letters and without a unit.

    After tens from twenty on: "mốt", "tư", "lăm"; after ten: "mười lăm", but "mười bốn" and
    "mười một". A missing ten is "linh", and then four is "bốn". Groups of three zeros are not
    spoken; a group after another says its hundreds even when there are none. Beyond a billion,
    billions are counted by the same words: "một nghìn tỷ", "một tỷ tỷ".
    """
    if amount < 0:
        return f"âm {spell(-amount)}"
    return _spell(amount) or _DIGITS[0]


def _spell(number: int) -> str:
    """Spell a number; nothing for zero. The first group spoken is the only one cut short."""
    billions, rest = divmod(number, _BILLION)
    words = []
    if billions:
        words.append(f"{_spell(billions)} tỷ")
    for size, unit in _UNITS:
        group, rest = divmod(rest, size)
        if group:
            spoken = _three_digits(group, full=bool(words))
            words.append(f"{spoken} {unit}".rstrip())
    return " ".join(words)


def _three_digits(group: int, *, full: bool) -> str:
    """Spell 1 to 999; a full group says "không trăm" when it has no hundreds."""
    hundreds, rest = divmod(group, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or full else []
    if rest:
        words.append(_two_digits(rest, follows=bool(words)))
    return " ".join(words)


def _two_digits(rest: int, *, follows: bool) -> str:
    """Spell 1 to 99; a single digit after hundreds takes "linh"."""
    tens, ones = divmod(rest, 10)
    if tens == 0:
        return f"linh {_DIGITS[ones]}" if follows else _DIGITS[ones]
    if tens == 1:
        return "mười lăm" if ones == 5 else f"mười {_DIGITS[ones]}".removesuffix(" không")
    spoken = f"{_DIGITS[tens]} mươi"
    return f"{spoken} {_AFTER_TENS.get(ones, _DIGITS[ones])}" if ones else spoken


def spell_in_english(amount: int) -> str:
    """Return a whole number in English words, in small letters and without a unit.

    What is left below a hundred follows "and"; a billion is a thousand million.
    """
    if amount < 0:
        return f"minus {spell_in_english(-amount)}"
    words, rest = [], amount
    for size, unit in _SCALES:
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{spell_in_english(count)} {unit}")
    if words and not rest:
        return " ".join(words)
    return " ".join([*words, "and", _below_hundred(rest)] if words else [_below_hundred(rest)])


def _below_hundred(rest: int) -> str:
    """Spell 0 to 99."""
    if rest < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[rest]
    tens, ones = divmod(rest, 10)
    spoken = _TENS[tens - 2]
    return f"{spoken}-{_BELOW_TWENTY[ones]}" if ones else spoken
