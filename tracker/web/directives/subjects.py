"""What a directive is issued about, as the address or the form names it, and the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.domain.directives import About
from tracker.domain.flags import FlagCode
from tracker.domain.money import MoneyUnit
from tracker.domain.people import Actor, Permission
from tracker.domain.projects import Tier
from tracker.queries.dossiers import Dossier, dossier_at
from tracker.queries.filters import OwnerChoice, ProjectFilter, search_words
from tracker.queries.standing_blocks import BLOCKS, WantedBlocks, slow_list
from tracker.queries.units import units_on
from tracker.services.issuing import Subject
from tracker.web.flagging import flag_words
from tracker.web.formats import day, money, number, percent
from tracker.web.keeping import moment_of
from tracker.web.reading import LONGEST, Reading

NAMES = ("project", "flag", "organisation", "unit", "block", "tier", "q")
"""By what the address and the form name a subject; the last three are those of the slow list."""


@dataclass(frozen=True)
class Named:
    """A subject, the organisation that leads by itself, and the project it is about."""

    subject: Subject
    lead_id: int | None
    project_code: str | None = None
    project_id: int | None = None


def named(
    session: Session,
    actor: Actor,
    texts: Mapping[str, str],
    reading: Reading,
    owners: list[OwnerChoice],
) -> Named | None:
    """Return what a directive is about; None when nothing, or nothing within reach, is named."""
    if code := texts.get("project"):
        return _project(session, actor, code, texts.get("flag", ""), reading)
    if code := texts.get("organisation"):
        return _organisation(code, owners)
    if code := texts.get("unit"):
        return _unit(session, actor, code, reading)
    if (block := texts.get("block", "")) in BLOCKS:
        return _list(session, actor, block, texts, reading)
    return None


def _project(
    session: Session, actor: Actor, code: str, flag: str, reading: Reading
) -> Named | None:
    scope = actor.scope_of(Permission.DIRECTIVE_ISSUE)
    found = dossier_at(session, scope, code, moment_of(reading.year, reading.as_of))
    if found is None:
        return None
    detail = found.detail
    about, words = About.PROJECT, _figures(found, reading)
    told = found.judged.verdict.flag(FlagCode(flag)) if found.judged and _is_flag(flag) else None
    if told is not None:
        said = flag_words(told)
        about = About.FLAG
        words = _(
            "Cờ %(code)s %(name)s: %(sum)s (%(rule)s)",
            code=said.code,
            name=said.name,
            sum=said.arithmetic,
            rule=said.rule,
        )
    words = f"{detail.code} {detail.name}. {words}"
    subject = Subject(about, words, project_id=detail.id)
    return Named(subject, detail.owner_id, detail.code, detail.id)


def _is_flag(text: str) -> bool:
    return text in set(FlagCode)


def _figures(found: Dossier, reading: Reading) -> str:
    if found.judged is None:
        return _("Chưa có kế hoạch vốn %(year)s.", year=reading.year)
    facts, gap = found.judged.facts, found.judged.verdict.gap
    if facts.plan <= 0:
        return _("Chưa có kế hoạch vốn %(year)s.", year=reading.year)
    return _(
        "Đến %(day)s: kế hoạch %(plan)s tỷ, đã giải ngân %(done)s tỷ (TL2 %(rate)s), "
        "chênh lệch so với kịch bản %(gap)s tỷ.",
        day=day(reading.as_of),
        plan=money(facts.plan, MoneyUnit.BILLION),
        done=money(facts.disbursed, MoneyUnit.BILLION),
        rate=percent(Fraction(facts.disbursed, facts.plan)),
        gap=money(gap or 0, MoneyUnit.BILLION),
    )


def _organisation(code: str, owners: list[OwnerChoice]) -> Named | None:
    found = next((one for one in owners if one.code == code), None)
    if found is None:
        return None
    words = _("Các dự án của chủ đầu tư %(owner)s", owner=found.name)
    return Named(Subject(About.ORGANISATION, words, organisation_id=found.id), found.id)


def _unit(session: Session, actor: Actor, code: str, reading: Reading) -> Named | None:
    scope = actor.scope_of(Permission.DIRECTIVE_ISSUE)
    units = units_on(session, reading.as_of, tuple(Tier))
    found = next((one for one in units if one.code == code and scope.covers(one.path)), None)
    if found is None:
        return None
    words = _("Các dự án trên địa bàn %(unit)s", unit=found.name)
    return Named(Subject(About.UNIT, words, unit_id=found.id), None)


def _list(
    session: Session, actor: Actor, block: str, texts: Mapping[str, str], reading: Reading
) -> Named:
    tier = texts.get("tier", "")
    wanted = ProjectFilter(
        words=search_words(texts.get("q", "")[:LONGEST]),
        tier=Tier(tier) if tier in set(Tier) else None,
    )
    scope = actor.scope_of(Permission.DIRECTIVE_ISSUE)
    moment = moment_of(reading.year, reading.as_of)
    found = slow_list(session, scope, WantedBlocks(wanted, block, 1, None), moment)
    rows = found.shown[block].rows
    words = _(
        "%(block)s: %(count)s dự án, chênh lệch %(gap)s tỷ, còn lại %(left)s tỷ (đến %(day)s)",
        block=block_words(block),
        count=number(len(rows)),
        gap=money(found.sums[block].gap, MoneyUnit.BILLION),
        left=money(found.sums[block].remaining, MoneyUnit.BILLION),
        day=day(reading.as_of),
    )
    return Named(Subject(About.LIST, words, project_ids=tuple(one.card.id for one in rows)), None)


def block_words(block: str) -> str:
    """Return the name of a block of the slow list."""
    return {
        "unable": _("Không có khả năng giải ngân hết"),
        "slow": _("Chậm"),
        "ahead": _("Vượt kịch bản"),
        "unknown": _("Chưa đủ dữ liệu"),
    }[block]
