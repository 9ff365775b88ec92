"""What the page of one project shows."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from tracker.domain.classes import Class
from tracker.domain.days import MONTHS, PlanYear
from tracker.domain.flags import Flag, gravest_first
from tracker.domain.lifecycle import INVESTING, PROPOSING
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.domain.scenarios import PathSource
from tracker.drawing.s_curve import NARROW, WIDE, Curve, CurveKind, CurvePoint, Today, s_curve
from tracker.drawing.svg import Size
from tracker.queries.dossiers import DecisionRow, Dossier, ProjectDetail
from tracker.web.flagging import BADGES, FlagWords, class_words, flag_words, path_words
from tracker.web.formats import day, percent, unit_words
from tracker.web.overdue import Heard
from tracker.web.reading import Reading
from tracker.web.words import group_words, month_words, tier_words


@dataclass(frozen=True, slots=True)
class Figures:
    """The year's amounts of a project by the close of the day."""

    plan: Dong
    disbursed: Dong
    remaining: Dong
    expected: Dong | None
    gap: Dong | None
    ratio: Fraction | None
    reached: Fraction | None
    state: str
    path: str
    deadlines: tuple[tuple[date, Dong], ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the curve: what was foreseen and what was counted by its end."""

    label: str
    on: date
    expected: Dong | None
    expected_share: Fraction | None
    actual: Dong | None
    actual_share: Fraction | None
    gap: Dong | None


@dataclass(frozen=True, slots=True)
class Charts:
    """The S-curve, wide for a screen and narrow for a phone, and its numbers."""

    wide: Markup
    narrow: Markup
    months: tuple[MonthRow, ...]


@dataclass(frozen=True)
class ProjectPage:
    """One project as this person may see it."""

    reading: Reading
    project: ProjectDetail
    basis: tuple[str, ...]
    badge: str
    words: str
    figures: Figures | None
    flags: tuple[FlagWords, ...]
    charts: Charts | None
    settled_by: DecisionRow | None
    decisions: tuple[DecisionRow, ...]
    owners: tuple[tuple[str, date, date | None, str | None], ...]
    locations: tuple[str, ...]
    plan_url: str
    scenario_url: str
    ledger_url: str
    edit_url: str | None
    decision_url: str | None
    owner_url: str | None
    directive_url: str | None

    def directive_about(self, flag: FlagWords) -> str | None:
        """Return where a directive about one of the flags is issued; None without the right."""
        if self.directive_url is None:
            return None
        code = flag.code.replace("-", "").lower()
        return url_for("directives.issue", project=self.project.code, flag=code)


def project_page(
    found: Dossier, reading: Reading, actor: Actor, heard: tuple[Heard, ...] = ()
) -> ProjectPage:
    """Decide what the page of a project shows; `heard` are flags about directives."""
    project, code = found.detail, found.detail.code
    klass = found.judged.verdict.klass if found.judged else Class.NOT_APPLICABLE
    flags = found.judged.verdict.flags if found.judged else ()
    url = reading.url("projects.show_project", code=code)
    return ProjectPage(
        reading=reading,
        project=project,
        basis=basis_of(project, reading),
        badge=BADGES[klass],
        words=class_words(klass),
        figures=_figures(found),
        flags=_flags(flags, heard, url),
        charts=_charts(found, reading),
        settled_by=_settled_by(found.decisions),
        decisions=found.decisions,
        owners=tuple(
            (one.organisation, one.valid_from, one.valid_until, one.basis) for one in found.owners
        ),
        locations=tuple(
            f"{one.name} ({one.within})" if one.within else one.name for one in found.locations
        ),
        plan_url=reading.url("plans.show_plan", code=code),
        scenario_url=reading.url("scenarios.show_scenario", code=code),
        ledger_url=reading.ledger_url(project=code),
        directive_url=_directive_url(project, reading, actor),
        **_edit_urls(project, actor),
    )


def _flags(flags: tuple[Flag, ...], heard: tuple[Heard, ...], url: str) -> tuple[FlagWords, ...]:
    """Return the flags, each with its page; of one about a directive that is the directive's."""
    told = {
        one.flag: url_for("directives.show_directive", directive_id=one.directive_id)
        for one in heard
    }
    return tuple(
        replace(flag_words(flag), url=told[flag]) if flag in told else flag_words(flag, url)
        for flag in gravest_first((*flags, *told))
    )


def _edit_urls(project: ProjectDetail, actor: Actor) -> dict[str, str | None]:
    scope = actor.scope_of(Permission.PROJECT_EDIT)
    names = {
        "edit_url": "projects.edit_project",
        "decision_url": "projects.new_decision",
        "owner_url": "projects.choose_owner",
    }
    if not scope.covers(project.unit_path, project.owner_id, project.id):
        return dict.fromkeys(names)
    return {name: url_for(endpoint, code=project.code) for name, endpoint in names.items()}


def _directive_url(project: ProjectDetail, reading: Reading, actor: Actor) -> str | None:
    scope = actor.scope_of(Permission.DIRECTIVE_ISSUE)
    may = scope.covers(project.unit_path, project.owner_id, project.id)
    return url_for("directives.issue", project=project.code) if may and reading.is_latest else None


def basis_of(project: ProjectDetail, reading: Reading) -> tuple[str, ...]:
    """Return the phrases under the name: which project, whose, where, as of, basis, unit."""
    return (
        project.code,
        project.owner,
        _("cấp %(tier)s", tier=tier_words(project.tier).lower()),
        _("nhóm %(group)s", group=group_words(project.group)),
        _("kế hoạch vốn %(year)s", year=reading.year),
        _("đến %(day)s", day=day(reading.as_of)),
        _("theo phần mềm"),
        unit_words(reading.unit),
    )


def _figures(found: Dossier) -> Figures | None:
    if found.judged is None:
        return None
    facts, verdict = found.judged.facts, found.judged.verdict
    reached = Fraction(facts.disbursed, facts.expected) if facts.expected else None
    return Figures(
        plan=facts.plan,
        disbursed=facts.disbursed,
        remaining=facts.remaining,
        expected=facts.expected,
        gap=facts.gap,
        ratio=Fraction(facts.disbursed, facts.plan) if facts.plan > 0 else None,
        reached=reached,
        state=BADGES[verdict.klass],
        path=path_words(facts.path),
        deadlines=tuple((on, left) for on, left in facts.deadlines if left > 0),
    )


def _settled_by(decisions: tuple[DecisionRow, ...]) -> DecisionRow | None:
    """Return the decision whose total investment is in force; decisions come newest first."""
    for kinds in (INVESTING, PROPOSING):
        for decision in decisions:
            if decision.kind in kinds and decision.total_investment is not None:
                return decision
    return None


def _charts(found: Dossier, reading: Reading) -> Charts | None:
    if found.judged is None or found.judged.facts.plan <= 0:
        return None
    months = _months(found)
    title = _("Giải ngân lũy kế năm %(year)s", year=reading.year)
    curves = _curves(found, months)
    words = "; ".join(curve.label for curve in curves)
    year = PlanYear(reading.year)
    today = Today(reading.as_of, day(reading.as_of)) if reading.as_of in year else None

    names = tuple(map(month_words, range(1, MONTHS + 1)))

    def drawn(size: Size) -> Markup:
        return s_curve(
            year.year,
            curves,
            title=title,
            description=words,
            today=today,
            size=size,
            months=names,
        )

    return Charts(drawn(WIDE), drawn(NARROW), months)


def _months(found: Dossier) -> tuple[MonthRow, ...]:
    if found.judged is None:
        return ()
    facts, running = found.judged.facts, 0
    now = facts.year.month_of(facts.day)
    rows = []
    for month, end in enumerate(facts.year.month_ends, start=1):
        running += found.months.get(month, 0)
        actual = None
        if month <= now and facts.day >= facts.year.opens:
            actual = Dong(running) if month < now else facts.disbursed
        on = facts.day if month == now and facts.day < end else end
        expected = found.path.at(on, found.calendar) if found.path else None
        rows.append(
            MonthRow(
                label=_("31/01 năm sau") if month == MONTHS else month_words(month),
                on=on,
                expected=expected,
                expected_share=_share(expected, facts.plan),
                actual=actual,
                actual_share=_share(actual, facts.plan),
                gap=_gap(actual, expected),
            )
        )
    return tuple(rows)


def _share(amount: Dong | None, plan: Dong) -> Fraction | None:
    return None if amount is None or plan <= 0 else Fraction(amount, plan)


def _gap(actual: Dong | None, expected: Dong | None) -> Dong | None:
    return None if actual is None or expected is None else Dong(actual - expected)


def _curves(found: Dossier, months: tuple[MonthRow, ...]) -> list[Curve]:
    opening = CurvePoint(date(months[0].on.year, 1, 1), Fraction(0))
    actual = tuple(CurvePoint(m.on, m.actual_share) for m in months if m.actual_share is not None)
    path = tuple(CurvePoint(m.on, m.expected_share) for m in months if m.expected_share is not None)
    facts = found.judged.facts if found.judged else None
    own = facts is not None and facts.path is PathSource.PROJECT
    name = _("Kịch bản") if own else _("Phải đạt")
    return [
        Curve(kind, f"{words} {percent(points[-1].share)}", (opening, *points))
        for kind, words, points in (
            (CurveKind.ACTUAL, _("Thực tế"), actual),
            (CurveKind.SCENARIO, name, path),
        )
        if points
    ]
