"""What becomes of a record that two people changed."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.merging import merge

VERSIONS = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", "c"]) for name in "xyz"})


def test_each_field_goes_to_whoever_changed_it() -> None:
    base = {"name": "Cầu", "tier": "xã", "year": 2024, "key": True}
    stored = {**base, "name": "Cầu mới", "year": 2025}
    typed = {**base, "tier": "tỉnh", "year": 2026}
    found = merge(base, stored, typed)
    assert (found.theirs, found.mine, found.both) == (("name",), ("tier",), ("year",))
    assert found.fields == {"name", "tier", "year"}


def test_the_same_change_made_twice_is_no_difference() -> None:
    assert not merge({"name": "a"}, {"name": "b"}, {"name": "b"}).fields


def test_what_was_read_is_unknown_and_so_a_person_chooses() -> None:
    assert merge({}, {"name": "a"}, {"name": "b"}).both == ("name",)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_no_change_of_either_side_is_lost(
    base: dict[str, str], stored: dict[str, str], typed: dict[str, str]
) -> None:
    found = merge(base, stored, typed)
    merged = {name: stored[name] if name in found.theirs else typed[name] for name in typed}
    for name in base:
        if name in found.both:
            assert len({base[name], stored[name], typed[name]}) == 3
        elif stored[name] != base[name]:
            assert merged[name] == stored[name]
        else:
            assert merged[name] == typed[name]
