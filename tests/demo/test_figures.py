"""The sums of the demonstration are the published figures, counted from the entries themselves."""

from datetime import date
from decimal import Decimal

import pytest

from tests.demo.conftest import Ask, Rows
from tracker.domain.progress import percent

BILLION = 10**9
MILLION = 10**6

PLAN = """
    SELECT sum(e.amount) FROM plan_entry e JOIN plan_line l ON l.id = e.plan_line_id
    LEFT JOIN project p ON p.id = l.project_id LEFT JOIN organisation o ON o.id = p.owner_id
    WHERE l.system = 'province' AND l.year = :year AND e.effective_on <= :day
"""
PAID = """
    SELECT coalesce(sum(d.counted), 0) FROM disbursement d
    JOIN plan_line l ON l.id = d.plan_line_id
    JOIN project p ON p.id = d.project_id JOIN organisation o ON o.id = d.organisation_id
    WHERE d.year = :year AND d.posted_on <= :day
"""
PM_PLAN = """
    SELECT sum(e.amount) FROM plan_entry e JOIN plan_line l ON l.id = e.plan_line_id
    WHERE l.system = 'pm' AND l.year = :year AND e.effective_on <= :day
"""
PM_PAID = """
    SELECT sum(d.counted) FROM disbursement d JOIN plan_line l ON l.id = d.plan_line_id
    JOIN capital_source s ON s.id = l.source_id
    WHERE d.year = :year AND d.posted_on <= :day AND EXISTS (
      SELECT 1 FROM plan_line q JOIN capital_source r ON r.id = q.source_id
      WHERE q.system = 'pm' AND q.year = :year AND s.path LIKE r.path || '%')
"""
PROVINCIAL = " AND p.tier = 'province'"
LOCAL = " AND p.tier <> 'province'"
IN_UNIT = (
    " AND o.unit_path LIKE (SELECT path FROM unit WHERE tier = 'district' AND code = :unit) || '%'"
)
OF_BUDGET = IN_UNIT + " AND l.budget_tier = :budget"

OCTOBER, CLOSE = date(2024, 10, 31), date(2025, 1, 31)
NEW_YEAR, JANUARY, MARCH, APRIL = (
    date(2025, 1, 2),
    date(2025, 1, 10),
    date(2025, 3, 31),
    date(2025, 4, 30),
)


@pytest.mark.parametrize(
    ("year", "day", "plan", "paid", "rate"),
    [
        (2024, OCTOBER, 9_459_800, 3_288_000, "34.8"),
        (2024, date(2024, 12, 5), 8_704_400, 3_925_700, "45.1"),
        (2024, NEW_YEAR, 9_353_000, 8_101_300, "86.6"),
        (2024, CLOSE, 9_000_700, 8_640_700, "96.0"),
        (2025, MARCH, 10_452_600, 1_602_200, "15.3"),
        (2025, APRIL, 10_452_600, 2_465_923, "23.6"),
    ],
)
def test_the_province_shows_what_was_published(
    ask: Ask, year: int, day: date, plan: int, paid: int, rate: str
) -> None:
    assert ask(PLAN, year=year, day=day) == plan * MILLION
    assert ask(PAID, year=year, day=day) == paid * MILLION
    assert percent(paid, plan, 1) == Decimal(rate)


@pytest.mark.parametrize(
    ("day", "paid", "rate"),
    [
        (OCTOBER, 3_284_300, "47.4"),
        (date(2024, 12, 5), 3_925_700, "56.6"),
        (NEW_YEAR, 8_101_300, "116.9"),
        (CLOSE, 8_640_700, "124.7"),
    ],
)
def test_the_prime_ministers_plan_is_measured_on_its_own_sources(
    ask: Ask, day: date, paid: int, rate: str
) -> None:
    assert ask(PM_PLAN, year=2024, day=day) == 6_931_700 * MILLION
    assert ask(PM_PAID, year=2024, day=day) == paid * MILLION
    assert percent(paid, 6_931_700, 1) == Decimal(rate)


def test_on_24_january_2025_more_than_8630_were_disbursed(ask: Ask) -> None:
    day = date(2025, 1, 24)
    paid, plan = ask(PAID, year=2024, day=day), ask(PLAN, year=2024, day=day)
    assert paid > 8_630 * BILLION
    assert percent(paid, plan, 0) == 96


@pytest.mark.parametrize(
    ("day", "provincial", "local"),
    [
        (JANUARY, 6_008_700, 4_443_800),
        (MARCH, 5_751_000, 4_701_600),
        (APRIL, 5_751_000, 4_701_600),
    ],
)
def test_the_plan_of_2025_moves_between_tiers_and_keeps_its_total(
    ask: Ask, day: date, provincial: int, local: int
) -> None:
    assert ask(PLAN, year=2025, day=day) == 10_452_600 * MILLION
    assert ask(PLAN + PROVINCIAL, year=2025, day=day) == provincial * MILLION
    assert ask(PLAN + LOCAL, year=2025, day=day) == local * MILLION


def test_the_first_round_of_2025_was_the_allocation_published_on_4_january(ask: Ask) -> None:
    assert ask(PLAN, year=2025, day=date(2025, 1, 4)) == 9_400 * BILLION


def test_at_the_end_of_april_both_tiers_show_what_was_published(ask: Ask) -> None:
    provincial = ask(PAID + PROVINCIAL, year=2025, day=APRIL)
    local = ask(PAID + LOCAL, year=2025, day=APRIL)
    assert (provincial, local) == (1_449_147 * MILLION, 1_016_776 * MILLION)
    assert percent(provincial, 5_751_000 * MILLION, 1) == Decimal("25.2")
    assert percent(local, 4_701_600 * MILLION, 1) == Decimal("21.6")


def test_of_58_provincial_projects_32_are_behind_21_ahead_and_5_on_their_scenario(
    rows: Rows,
) -> None:
    found = rows(
        """
        SELECT m.cumulative,
               (SELECT coalesce(sum(counted), 0) FROM disbursement d
                WHERE d.project_id = p.id AND d.year = 2025 AND d.posted_on <= '2025-04-30')
        FROM project p JOIN scenario s ON s.project_id = p.id AND s.year = 2025
        JOIN scenario_month m ON m.scenario_id = s.id AND m.month = 4
        WHERE p.tier = 'province' AND s.approved_on = '2025-01-10'
          AND s.document = '165/KH-UBND'
          AND EXISTS (SELECT 1 FROM plan_line l WHERE l.project_id = p.id AND l.year = 2025)
        """
    )
    gaps = [paid - foreseen for foreseen, paid in found]
    behind, ahead = [g for g in gaps if g < 0], [g for g in gaps if g > 0]
    assert (len(gaps), len(behind), len(ahead), gaps.count(0)) == (58, 32, 21, 5)
    assert sum(behind) == -513_200 * MILLION
    assert sum(ahead) == 491_840 * MILLION


def test_the_provinces_scenario_is_the_published_schedule(rows: Rows) -> None:
    shares = [3, 8, 19, 28, 37, 50, 57, 62, 71, 77, 81, 93]
    found = rows(
        "SELECT m.cumulative FROM scenario s JOIN scenario_month m ON m.scenario_id = s.id"
        " WHERE s.scope = 'province' AND s.year = 2025 ORDER BY m.month"
    )
    expected = [10_452_600 * MILLION * share // 100 for share in shares]
    assert [row[0] for row in found] == [*expected, 10_452_600 * MILLION * 997 // 1000]


def test_districts_and_provincial_projects_together_foresee_what_the_province_does(
    rows: Rows,
) -> None:
    found = rows(
        """
        SELECT m.month, sum(CASE WHEN s.scope = 'province' THEN m.cumulative END),
               sum(CASE WHEN s.scope <> 'province' THEN m.cumulative END)
        FROM scenario s JOIN scenario_month m ON m.scenario_id = s.id
        LEFT JOIN project p ON p.id = s.project_id
        WHERE s.year = 2025 AND (s.scope IN ('province', 'unit') OR p.tier = 'province')
        GROUP BY m.month
        """
    )
    assert len(found) == 13
    assert all(whole == parts for _month, whole, parts in found)


@pytest.mark.parametrize(
    ("unit", "least", "most"),
    [
        ("290", "71.6", "71.7"),  # Chí Linh, the highest
        ("288", "50.1", "71.5"),  # Thành phố Hải Dương, Kinh Môn, Ninh Giang above 50
        ("292", "50.1", "71.5"),
        ("299", "50.1", "71.5"),
        ("294", "5.3", "5.3"),  # Thanh Hà, the lowest
        *((unit, "5.4", "49.9") for unit in ("291", "293", "295", "296", "297", "298", "300")),
    ],
)
def test_on_31_october_2024_districts_stand_where_they_were_published(
    ask: Ask, unit: str, least: str, most: str
) -> None:
    assert Decimal(least) <= _rate(ask, unit, OCTOBER) <= Decimal(most)


@pytest.mark.parametrize(
    ("unit", "least", "most"),
    [
        *((unit, "100.0", "100.0") for unit in ("293", "296", "298")),
        ("294", "88.6", "88.6"),
        ("295", "92.6", "92.6"),
        *((unit, "97.0", "99.9") for unit in ("288", "290", "291", "292", "297", "299", "300")),
    ],
)
def test_at_the_close_of_2024_districts_stand_where_they_were_published(
    ask: Ask, unit: str, least: str, most: str
) -> None:
    assert Decimal(least) <= _rate(ask, unit, CLOSE) <= Decimal(most)


def test_units_with_all_disbursed_have_nothing_left(ask: Ask) -> None:
    for unit in ("293", "296", "298"):
        said = {"year": 2024, "day": CLOSE, "unit": unit}
        assert ask(PLAN + IN_UNIT, **said) == ask(PAID + IN_UNIT, **said)


def test_at_the_close_of_2024_the_board_and_the_departments_are_at_92_or_more(rows: Rows) -> None:
    found = rows(
        """
        SELECT o.kind, (SELECT sum(e.amount) FROM plan_entry e JOIN plan_line l
                          ON l.id = e.plan_line_id JOIN project p ON p.id = l.project_id
                        WHERE l.year = 2024 AND p.owner_id = o.id),
               (SELECT sum(counted) FROM disbursement
                WHERE year = 2024 AND organisation_id = o.id)
        FROM organisation o WHERE o.tier = 'province'
        """
    )
    rates = {kind: percent(paid, plan, 1) for kind, plan, paid in found}
    assert min(percent(paid, plan, 1) for _kind, plan, paid in found) >= 92
    assert rates["province_board"] >= 97


def test_binh_giang_went_from_below_90_to_100_in_the_last_days(ask: Ask) -> None:
    assert _rate(ask, "296", date(2025, 1, 20)) < 90
    assert _rate(ask, "296", date(2025, 1, 24)) == 100


def test_thanh_ha_shows_its_figures_of_november_2024(ask: Ask) -> None:
    on_11 = {"year": 2024, "day": date(2024, 11, 11), "unit": "294"}
    assert ask(PLAN + IN_UNIT, **on_11) == 308_739 * MILLION
    assert ask(PAID + IN_UNIT, **on_11) == 16_528 * MILLION
    on_19 = {"year": 2024, "day": date(2024, 11, 19), "unit": "294"}
    for budget, plan, paid in (
        ("district", 152_179, 12_688),
        ("commune", 7_500, 3_840),
        ("province", 149_060, 0),
    ):
        assert ask(PLAN + OF_BUDGET, budget=budget, **on_19) == plan * MILLION
        assert ask(PAID + OF_BUDGET, budget=budget, **on_19) == paid * MILLION


def test_the_board_has_66_projects_and_more_than_3800_billion_in_2024(rows: Rows) -> None:
    [(projects, plan)] = rows(
        """
        SELECT count(DISTINCT p.id), sum(e.amount) FROM plan_entry e
        JOIN plan_line l ON l.id = e.plan_line_id JOIN project p ON p.id = l.project_id
        JOIN organisation o ON o.id = p.owner_id
        WHERE o.kind = 'province_board' AND l.year = 2024 AND e.effective_on <= '2024-10-31'
        """
    )
    assert projects == 66
    assert plan > 3_800 * BILLION


def _rate(ask: Ask, unit: str, day: date) -> Decimal:
    said = {"year": 2024, "day": day, "unit": unit}
    rate = percent(ask(PAID + IN_UNIT, **said), ask(PLAN + IN_UNIT, **said), 1)
    assert rate is not None
    return rate
