"""What the approval screens show: what waits, project by project, ordinary rows ticked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.approval import SecondPerson, needs_second_person
from tracker.domain.cross_checks import ENTRY_CHECKS, check_of
from tracker.domain.money import Dong, total
from tracker.domain.people import Actor, Permission
from tracker.domain.refusals import Refusal
from tracker.queries.approval import MOST, RuleRow, WaitingRow, WaitingSum
from tracker.services.approvals import Verdict
from tracker.web.findings import check_code, check_names, finding_words
from tracker.web.formats import day as write_day
from tracker.web.formats import instant, number
from tracker.web.known import known_words
from tracker.web.refusing import refusal_words
from tracker.web.words import disbursement_kind_words, purpose_words, tier_words


@dataclass(frozen=True, slots=True)
class PickRow:
    """One waiting entry: what it is, whether it is ticked, what is odd about it."""

    row: WaitingRow
    pick: str
    label: str
    plan: str
    kind: str
    sent: str
    can_pick: bool
    is_ticked: bool
    is_ordinary: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectGroup:
    """The waiting entries of one project, and what they would count."""

    code: str
    name: str
    owner: str
    url: str
    rows: tuple[PickRow, ...]
    counted: Dong


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What waits for approval, as this person may see and decide it."""

    groups: tuple[ProjectGroup, ...]
    waiting: WaitingSum
    hidden: int
    ordinary: int
    odd: int
    ticked: int
    ticked_sum: Dong
    can_decide: bool
    may_decide: bool
    checks: tuple[tuple[str, str], ...]
    rules_url: str
    approve_url: str
    return_url: str
    error: str
    reason: str
    reason_error: str


def waiting_page(
    rows: Sequence[WaitingRow],
    waiting: WaitingSum,
    verdicts: Mapping[int, Verdict],
    actor: Actor,
    *,
    faults: Mapping[int, Refusal] | None = None,
    picked: frozenset[int] | None = None,
    error: str = "",
    reason: str = "",
    reason_error: str = "",
) -> WaitingPage:
    """Decide what the screen shows; `faults` are what an approval just failed by.

    `picked` is what was ticked before the form came back; else the ordinary ones are.
    """
    made = [_pick_row(row, verdicts.get(row.id), (faults or {}).get(row.id), picked, actor)
            for row in rows]  # fmt: skip
    groups = tuple(
        _group(list(of_project))
        for _key, of_project in groupby(made, lambda one: one.row.project_id)
    )
    ticked = [one for one in made if one.is_ticked]
    gone = set(faults or {}) - {row.id for row in rows}
    if gone:
        error = f"{error} {_gone_words(len(gone))}"
    may_set = actor.may(Permission.APPROVAL_SET)
    return WaitingPage(
        groups=groups,
        waiting=waiting,
        hidden=max(0, waiting.entries - MOST),
        ordinary=sum(one.is_ordinary for one in made if one.can_pick),
        odd=sum(not one.is_ordinary for one in made if one.can_pick),
        ticked=len(ticked),
        ticked_sum=total(one.row.counted for one in ticked),
        can_decide=any(one.can_pick for one in made),
        may_decide=actor.may(Permission.DISBURSEMENT_APPROVE),
        checks=check_names(ENTRY_CHECKS),
        rules_url=url_for("approval.list_rules") if may_set else "",
        approve_url=url_for("approval.approve"),
        return_url=url_for("approval.send_back"),
        error=error,
        reason=reason,
        reason_error=reason_error,
    )


def _gone_words(count: int) -> str:
    return ngettext(
        "%(count)s bút toán không còn trong danh sách: người nhập đã rút lại hoặc người khác đã "
        "quyết định.",
        "%(count)s bút toán không còn trong danh sách: người nhập đã rút lại hoặc người khác đã "
        "quyết định.",
        count,
        count=number(count),
    )


def _pick_row(
    row: WaitingRow,
    verdict: Verdict | None,
    fault: Refusal | None,
    picked: frozenset[int] | None,
    actor: Actor,
) -> PickRow:
    is_own = actor.id in (row.maker_id, row.sent_by)
    can_pick = verdict is not None and not is_own
    is_ordinary = verdict is not None and verdict.is_ordinary and fault is None
    ticked = is_ordinary if picked is None else row.id in picked and fault is None
    return PickRow(
        row=row,
        pick=f"{row.id}:{row.row_version}",
        label=f"{row.project_code}, {row.voucher}",
        plan=_plan_words(row),
        kind=f"{disbursement_kind_words(row.kind)}, {purpose_words(row.purpose)}",
        sent=_(
            "%(maker)s nhập; gửi lúc %(at)s",
            maker=row.maker,
            at=instant(row.sent_at) if row.sent_at else "",
        ),
        can_pick=can_pick,
        is_ticked=can_pick and ticked,
        is_ordinary=is_ordinary,
        reasons=_reasons(verdict, fault, is_own=is_own),
    )


def _reasons(verdict: Verdict | None, fault: Refusal | None, *, is_own: bool) -> tuple[str, ...]:
    if is_own:
        return (_("Do chính anh/chị nhập hoặc gửi: người khác duyệt."),)
    found = [finding_words(one) for one in verdict.findings] if verdict else []
    refusal = fault or (verdict.refusal if verdict else None)
    if refusal is not None:
        found.insert(0, _coded(refusal))
    return tuple(found)


def _coded(refusal: Refusal) -> str:
    """Return the sentence of a refusal with the number of its check, where it has one."""
    check, words = check_of(refusal), refusal_words(refusal)
    return f"{check_code(check)}: {words}" if check is not None else words


def _plan_words(row: WaitingRow) -> str:
    year = _("KH %(year)s", year=row.year)
    if row.extended:
        year = _("KH %(year)s kéo dài", year=row.year)
    return (
        f"{year} · {row.source_code} {known_words(row.source_name)} · {tier_words(row.budget_tier)}"
    )


def _group(rows: list[PickRow]) -> ProjectGroup:
    first = rows[0].row
    return ProjectGroup(
        first.project_code,
        first.project_name,
        first.owner,
        url_for("projects.show_project", code=first.project_code),
        tuple(rows),
        total(one.row.counted for one in rows),
    )


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One organisation: how many people its entries need today, and every setting made."""

    id: int
    name: str
    code: str
    today: str
    needs_two: bool
    history: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The organisations of the scope that have settings; the others are counted, to be chosen."""

    lines: tuple[RuleLine, ...]
    choices: tuple[tuple[str, str], ...]
    two: int
    without: int


def rules_page(rows: Sequence[RuleRow], today: date) -> RulesPage:
    """Decide what the screen of settings shows."""
    lines = tuple(
        _rule_line(list(of_one), today)
        for _key, of_one in groupby(rows, lambda row: row.organisation_id)
    )
    choices = tuple((str(one.id), one.name) for one in lines)
    told = tuple(one for one in lines if one.history)
    two = sum(one.needs_two for one in told)
    return RulesPage(told, choices, two, len(lines) - len(told))


def _rule_line(rows: list[RuleRow], today: date) -> RuleLine:
    rules = [
        SecondPerson(row.valid_from, bool(row.second_person))
        for row in reversed(rows)
        if row.valid_from is not None
    ]
    needs_two = needs_second_person(rules, today)
    first = rows[0]
    return RuleLine(
        first.organisation_id,
        first.organisation,
        first.code,
        _("hai người") if needs_two else _("một người"),
        needs_two,
        tuple(_history(row) for row in rows if row.valid_from is not None),
    )


def _history(row: RuleRow) -> str:
    told = {
        "day": write_day(row.valid_from) if row.valid_from else "",
        "who": known_words(row.setter),
        "at": instant(row.set_at) if row.set_at else "",
        "why": known_words(row.reason),
    }
    if row.second_person:
        return _("Hai người từ %(day)s: %(why)s (%(who)s, %(at)s)", **told)
    return _("Một người từ %(day)s: %(why)s (%(who)s, %(at)s)", **told)
