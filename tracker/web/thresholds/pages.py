"""What the screens of the thresholds show: all of them, one of them, and a preview."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.domain.thresholds import THRESHOLD_CODES, Threshold
from tracker.domain.tuning import Tally
from tracker.queries.cards import ProjectCard
from tracker.queries.rules import PublishedRate
from tracker.queries.tuning import Preview, SetThreshold
from tracker.web.flagging import class_words, flag_name, flag_number
from tracker.web.formats import day, instant
from tracker.web.known import known_words
from tracker.web.reading import Reading
from tracker.web.thresholds.wishes import Wish
from tracker.web.tuning import (
    threshold_name,
    threshold_unit_words,
    threshold_value,
    typed_value,
    value_words,
)

OF_FLAGS: tuple[tuple[FlagCode | None, tuple[str, ...]], ...] = (
    (FlagCode.F01, ("zero_days", "zero_days_new_start", "zero_red_from")),
    (FlagCode.F02, ("behind_tolerance", "behind_orange", "behind_red", "behind_red_gap")),
    (FlagCode.F04, ("national_days",)),
    (
        FlagCode.F05,
        (
            "milestone_june",
            "milestone_september",
            "milestone_october",
            "milestone_november",
            "milestone_december",
        ),
    ),
    (FlagCode.F06, ("idle_days",)),
    (FlagCode.F07, ("run_rate_factor", "run_rate_within", "disbursed_enough")),
    (FlagCode.F08, ("deadline_first", "deadline_second", "deadline_third")),
    (FlagCode.F09, ("pool_by", "pool_days")),
    (FlagCode.F11, ("scenario_by", "scenario_days")),
    (FlagCode.F12, ("capital_years_a", "capital_years_b", "capital_years_c")),
    (
        FlagCode.F15,
        (
            "settlement_months_national",
            "settlement_months_a",
            "settlement_months_b",
            "settlement_months_c",
            "settlement_red_months",
        ),
    ),
    (FlagCode.F14, ("works_behind", "works_behind_orange")),
    (FlagCode.F17, ("payable_days",)),
    (FlagCode.F20, ("advance_most",)),
    (FlagCode.F21, ("advance_recovered_by", "advance_idle_days")),
    (FlagCode.F22, ("land_advance_days",)),
    (FlagCode.F25, ("guarantee_days",)),
    (FlagCode.F28, ("directive_reply_days",)),
    (FlagCode.F29, ("update_days", "update_working_days_year_end")),
    (FlagCode.F30, ("treasury_tolerance",)),
    (FlagCode.F32, ("works_money_apart",)),
    (FlagCode.F36, ("takeover_days",)),
    (FlagCode.F38, ("small_investment",)),
    (None, ("action_days_yellow", "action_days_orange", "action_days_red")),
)
"""Which thresholds belong to which flag; the last ones are of the ladder."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a threshold as a person reads it."""

    value: str
    since: date
    version: int
    who: str
    why: str
    is_current: bool
    is_coming: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One threshold in the list: what is in force on the day, and what comes after."""

    name: str
    url: str | None
    current: Version | None
    coming: str


@dataclass(frozen=True, slots=True)
class Group:
    """The thresholds of one flag."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """All thresholds as of a day."""

    reading: Reading
    groups: tuple[Group, ...]
    others: Group
    national: tuple[PublishedRate, ...]
    can_set: bool


@dataclass(frozen=True, slots=True)
class ThresholdPage:
    """One threshold: its history, and the form that asks what another value would change."""

    reading: Reading
    code: str
    name: str
    unit: str
    versions: tuple[Version, ...]
    typed: str
    day: str
    can_set: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Some projects to which the same would happen; the largest of them by name."""

    words: str
    projects: int
    plan: Dong
    named: tuple[tuple[str, str, str], ...]

    @property
    def unnamed(self) -> int:
        """Return how many are not named."""
        return self.projects - len(self.named)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What a value would change, before it is saved."""

    reading: Reading
    code: str
    name: str
    before: str
    after: str
    valid_from: date
    judged: int
    blocks: tuple[tuple[str, tuple[Change, ...]], ...]


def list_page(
    reading: Reading,
    versions: Iterable[SetThreshold],
    national: Sequence[PublishedRate],
    actor: Actor,
) -> ListPage:
    """Decide what the list shows: each threshold as in force on the day."""
    by_code: dict[str, list[SetThreshold]] = defaultdict(list)
    for one in versions:
        by_code[one.threshold.code].append(one)
    others = [code for code in by_code if code not in THRESHOLD_CODES]
    return ListPage(
        reading,
        tuple(
            Group(
                _("Thang xử lý") if flag is None else f"{flag_number(flag)} {flag_name(flag)}",
                tuple(_row(code, by_code[code], reading, is_flags=True) for code in codes),
            )
            for flag, codes in OF_FLAGS
        ),
        Group(
            _("Quy định khác"),
            tuple(_row(code, by_code[code], reading, is_flags=False) for code in others),
        ),
        tuple(national),
        actor.may(Permission.THRESHOLD_SET),
    )


def _row(code: str, found: Sequence[SetThreshold], reading: Reading, *, is_flags: bool) -> Row:
    shown = versions_shown(found, reading.as_of)
    coming = [one for one in shown if one.is_coming]
    return Row(
        threshold_name(code),
        reading.url("thresholds.show_threshold", name=code) if is_flags else None,
        next((one for one in shown if one.is_current), None),
        _("từ %(day)s: %(value)s", day=day(coming[-1].since), value=coming[-1].value)
        if coming
        else "",
    )


def versions_shown(found: Sequence[SetThreshold], on: date) -> tuple[Version, ...]:
    """Return the versions, the newest first; of several of one day the last one set holds."""
    ordered = sorted(found, key=lambda one: (one.threshold.valid_from, one.threshold.version))
    begun = [one for one in ordered if one.threshold.valid_from <= on]
    current = begun[-1] if begun else None
    return tuple(
        Version(
            threshold_value(one.threshold),
            one.threshold.valid_from,
            one.threshold.version,
            _setter(one),
            known_words(one.reason or one.legal_basis) or "",
            one is current,
            one.threshold.valid_from > on,
        )
        for one in reversed(ordered)
    )


def _setter(one: SetThreshold) -> str:
    if one.who is None or one.at is None:
        return _("có sẵn từ đầu")
    return f"{known_words(one.who)}, {instant(one.at)}"


def threshold_page(
    reading: Reading, found: Sequence[SetThreshold], wish: Wish, today: date, actor: Actor
) -> ThresholdPage:
    """Decide what the page of one threshold shows."""
    newest = max((one.threshold for one in found), key=lambda one: (one.valid_from, one.version))
    return ThresholdPage(
        reading,
        newest.code,
        threshold_name(newest.code),
        threshold_unit_words(newest.unit),
        versions_shown(found, reading.as_of),
        wish.typed or typed_value(newest.unit, newest.value),
        wish.day or today.isoformat(),
        actor.scope_of(Permission.THRESHOLD_SET).everything,
    )


def preview_page(
    reading: Reading, new: Threshold, before: Threshold, found: Preview
) -> PreviewPage:
    """Decide what the preview shows."""
    effects = found.effects
    moved = tuple(
        _change(
            _("%(before)s → %(after)s", before=class_words(old), after=class_words(now)),
            tally,
            found.cards,
            reading,
        )
        for (old, now), tally in sorted(effects.moved.items(), key=lambda one: -one[1].plan)
    )
    return PreviewPage(
        reading,
        new.code,
        threshold_name(new.code),
        threshold_value(before),
        value_words(new.unit, new.value),
        new.valid_from,
        effects.judged,
        tuple(
            (title, changes)
            for title, changes in (
                (_("Đổi nhóm"), moved),
                (_("Thêm cờ"), _by_flag(effects.gained, found.cards, reading)),
                (_("Hết cờ"), _by_flag(effects.lost, found.cards, reading)),
                (_("Đổi mức cờ"), _by_flag(effects.regraded, found.cards, reading)),
            )
            if changes
        ),
    )


def _by_flag(
    tallies: Mapping[FlagCode, Tally], cards: Mapping[int, ProjectCard], reading: Reading
) -> tuple[Change, ...]:
    return tuple(
        _change(f"{flag_number(code)} {flag_name(code)}", tallies[code], cards, reading)
        for code in sorted(tallies)
    )


def _change(words: str, tally: Tally, cards: Mapping[int, ProjectCard], reading: Reading) -> Change:
    named = [cards[one] for one in tally.largest if one in cards]
    return Change(
        words,
        tally.projects,
        tally.plan,
        tuple(
            (card.name, card.owner, reading.url("projects.show_project", code=card.code))
            for card in named
        ),
    )
