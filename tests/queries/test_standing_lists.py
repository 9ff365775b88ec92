"""A page of the list read from standings is the page the rule's own list would show."""

from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import product
from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_unit, an_organisation
from tracker.domain.classes import Class, Standing
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Scope
from tracker.domain.projects import Group, Halt, Tier
from tracker.queries.filters import ProjectFilter, narrowed, search_words
from tracker.queries.paging import page_of
from tracker.queries.projects import Listed, Order, listed_projects, ordered, totals_of
from tracker.queries.slowness import judged_projects
from tracker.queries.standing_blocks import BLOCKS, Block, WantedBlocks, slow_list
from tracker.queries.standing_lists import Wanted, list_part
from tracker.queries.standings import moment_on
from tracker.queries.timelines import with_spans
from tracker.services.standings import keep

YEAR, DAY, PAST = PlanYear(2025), date(2025, 4, 30), date(2025, 3, 20)
FILTERS = [
    ProjectFilter(),
    ProjectFilter(without_plan=True),
    ProjectFilter(words=search_words("duong")),
    ProjectFilter(tier=Tier.PROVINCE, without_plan=True),
    ProjectFilter(group=Group.B),
    ProjectFilter(classes=frozenset({Class.SLOW, Class.UNABLE})),
    ProjectFilter(classes=frozenset({Class.GOOD}), without_plan=True),
    ProjectFilter(standing=Standing.AHEAD),
    ProjectFilter(source_path="/2/"),
]
FLAGGED = [ProjectFilter(flag=flag) for flag in FlagCode]


@pytest.fixture
def projects(session: Session) -> Session:
    """Projects of every kind, drawn by chance."""
    dice = Random(7)
    owners = [an_organisation(session) for _ in range(3)]
    for number in range(40):
        project = a_project(
            session,
            name=f"{dice.choice(['Đường', 'Cầu', 'Ấp'])} số {number % 30}",
            owner=dice.choice(owners),
            unit=a_unit(session),
            tier=dice.choice(list(Tier)),
            group_computed=dice.choice([Group.B, Group.C, None]),
            halt=dice.choice([None, None, None, *Halt]),
            first_capital_year=dice.choice([2019, 2024]),
            finish_planned_on=dice.choice([None, date(2025, 2, 1)]),
        )
        if dice.random() < 0.2:
            continue
        planned = dice.choice([0, 10**9, dice.randint(10**8, 3 * 10**9)])
        line = a_plan_line(session, project, planned=planned)
        if planned and dice.random() < 0.8:
            day = date(2025, dice.randint(1, 4), dice.randint(1, 28))
            a_disbursement(session, line, dice.randint(1, planned), posted_on=day)
        if dice.random() < 0.6:
            steps = dice.choice([10**7, 5 * 10**7])
            a_scenario(session, project, tuple(Dong(month * steps) for month in range(1, 14)))
    return session


def scopes(session: Session) -> list[Scope]:
    rows = listed_projects(session, EVERYTHING, ProjectFilter(), YEAR, DAY)
    owner, unit = rows[0].card.owner_id, rows[1].card.unit_path
    narrow = Scope(unit_paths=frozenset({unit}), organisation_ids=frozenset({owner}))
    return [EVERYTHING, narrow]


Rule = Callable[[Scope, ProjectFilter], list[Listed]]


def assert_same(session: Session, scope: Scope, wanted: Wanted, day: date, rule: Rule) -> None:
    part = list_part(session, scope, wanted, moment_on(session, YEAR, day))
    rows = rule(scope, wanted.projects)
    page = page_of(
        ordered(rows, wanted.order, descending=wanted.descending), wanted.number, wanted.size
    )
    shown = [
        (r.card, r.plan, r.disbursed, r.expected, r.gap, r.ratio, r.klass, r.marks, r.codes)
        for r in part.page.rows
    ]
    assert shown == [
        (r.card, r.plan, r.disbursed, r.expected, r.gap, r.ratio, r.klass, r.marks, r.codes)
        for r in page.rows
    ]
    assert (part.page.total, part.page.number) == (page.total, page.number)
    assert part.totals == totals_of(rows)


@pytest.mark.parametrize("day", [DAY, PAST])
def test_every_order_and_filter_shows_what_the_rule_says(projects: Session, day: date) -> None:
    keep(projects, YEAR, DAY)

    @cache  # judging is what takes the time
    def rule(scope: Scope, wanted: ProjectFilter) -> list[Listed]:
        return listed_projects(projects, scope, wanted, YEAR, day)

    for scope, order, descending in product(scopes(projects)[day == PAST :], Order, (False, True)):
        page = Wanted(ProjectFilter(without_plan=descending), order, descending, 2, 7)
        assert_same(projects, scope, page, day, rule)
    of_parts, of_all = product(scopes(projects)[1:], FILTERS), product([EVERYTHING], FLAGGED)
    for scope, wanted in (*product([EVERYTHING], FILTERS), *of_parts, *of_all):
        assert_same(projects, scope, Wanted(wanted, Order.FLAGS, True, 1, None), day, rule)
        assert_same(projects, scope, Wanted(wanted, Order.NAME, False, 99, 7), day, rule)


@pytest.mark.parametrize("day", [DAY, PAST])
@pytest.mark.parametrize("tier", [None, Tier.PROVINCE])
def test_the_blocks_of_slow_projects_are_what_the_rule_says(
    projects: Session, day: date, tier: Tier | None
) -> None:
    keep(projects, YEAR, DAY)
    wanted = ProjectFilter(tier=tier)
    for scope in scopes(projects):
        judged = judged_projects(projects, narrowed(scope, wanted, YEAR), YEAR, day)
        moment = moment_on(projects, YEAR, day)
        whole = slow_list(projects, scope, WantedBlocks(wanted, None, 1, 50), moment)
        assert whole.judged == len(judged)
        for code, (klass, standing) in BLOCKS.items():
            members = [
                one
                for one in judged
                if one.verdict.klass is klass and standing in (None, one.verdict.standing)
            ]
            sign = -1 if code == "ahead" else 1
            members.sort(
                key=lambda o, sign=sign: (sign * (o.verdict.gap or 0), o.card.name_sort, o.card.id)
            )
            gap = sum(one.verdict.gap or 0 for one in members)
            remaining = sum(one.facts.remaining for one in members)
            assert whole.sums[code] == Block(len(members), Dong(gap), Dong(remaining))
            page = slow_list(projects, scope, WantedBlocks(wanted, code, 2, 3), moment).shown[code]
            shown = page_of(with_spans(projects, members, YEAR, day), 2, 3)
            assert page == shown


def test_a_page_read_before_is_not_read_again(projects: Session) -> None:
    keep(projects, YEAR, DAY)
    moment = moment_on(projects, YEAR, DAY)
    wanted = Wanted(ProjectFilter(), Order.NAME, False, 1, 50)
    first = list_part(projects, EVERYTHING, wanted, moment)
    with statements(projects) as sent:
        assert list_part(projects, EVERYTHING, wanted, moment) == first
    assert sent == []
    narrow = Scope(organisation_ids=frozenset({first.page.rows[0].card.owner_id}))
    assert list_part(projects, narrow, wanted, moment) != first


def test_a_page_takes_as_many_statements_as_a_longer_one(projects: Session) -> None:
    keep(projects, YEAR, DAY)
    moment = moment_on(projects, YEAR, DAY)
    taken = []
    for size in (5, 20):
        with statements(projects) as sent:
            list_part(
                projects, EVERYTHING, Wanted(ProjectFilter(), Order.GAP, False, 1, size), moment
            )
        taken.append(len(sent))
    assert taken == [2, 2]
