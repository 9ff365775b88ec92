"""Texts that are sealed by a key outside the database."""

import pytest

from tracker.services.sealing import Vault

KEY, OTHER = "một khóa bí mật đủ dài để thử", "một khóa bí mật khác cũng đủ dài"


def test_what_is_sealed_is_opened_again_and_never_looks_the_same() -> None:
    vault = Vault(KEY)
    first, second = vault.seal("bí mật", "ai"), vault.seal("bí mật", "ai")
    assert first != second
    assert "bí mật" not in first
    assert [Vault(KEY).open(one, "ai") for one in (first, second)] == ["bí mật", "bí mật"]


def test_another_key_another_owner_or_a_changed_letter_opens_nothing() -> None:
    sealed = Vault(KEY).seal("bí mật", "ai")
    changed = ("B" if sealed[20] == "A" else "A").join((sealed[:20], sealed[21:]))
    assert Vault(OTHER).open(sealed, "ai") is None
    assert Vault(KEY).open(sealed, "người khác") is None
    assert Vault(KEY).open(changed, "ai") is None


@pytest.mark.parametrize("text", ["", "a", "AAAA", "không phải", "\x00", "=" * 40, "A" * 100_000])
def test_what_was_never_sealed_opens_nothing(text: str) -> None:
    assert Vault(KEY).open(text, "ai") is None


def test_a_fingerprint_tells_its_text_its_owner_and_its_key() -> None:
    prints = {
        Vault(KEY).fingerprint("a", "b"),
        Vault(KEY).fingerprint("a", "c"),
        Vault(KEY).fingerprint("b", "b"),
        Vault(OTHER).fingerprint("a", "b"),
    }
    assert len(prints) == 4
    assert Vault(KEY).fingerprint("a", "b") in prints
