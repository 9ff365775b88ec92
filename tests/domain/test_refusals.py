from tracker.domain.disbursements import OverPlan
from tracker.domain.money import Dong
from tracker.domain.refusals import Flaw, Malformed, Refusal, StaleEdit


def test_a_refusal_has_a_stable_name() -> None:
    assert OverPlan(Dong(1), Dong(2)).name == "over_plan"
    assert StaleEdit(1, 2).name == "stale_edit"
    assert Malformed(Flaw.EMPTY).name == "malformed"


def test_a_refusal_carries_its_data() -> None:
    refusal = OverPlan(remaining=Dong(1_000), asked=Dong(1_001))
    assert refusal.data == {"remaining": 1_000, "asked": 1_001}
    assert str(refusal) == "over_plan(remaining=1000, asked=1001)"


def test_a_bare_refusal_carries_nothing() -> None:
    assert Refusal().data == {}
    assert str(Refusal()) == "refusal()"


def test_two_refusals_are_told_apart_though_their_data_agree() -> None:
    assert Malformed(Flaw.EMPTY) != Malformed(Flaw.EMPTY)
