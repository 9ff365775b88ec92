"""Every notice has a whole sentence in both languages, the same in the inbox and in a letter."""

import pytest

from tests.mail.samples import SAMPLES
from tools import catalogue
from tracker.domain.notices import NoticeKind
from tracker.mail.tongue import tongue_of
from tracker.mail.words import kind_words, sentence


@pytest.fixture(autouse=True)
def compiled() -> None:
    catalogue.compile_all()
    tongue_of.cache_clear()


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_is_said_in_both_languages(kind: NoticeKind) -> None:
    for facts in SAMPLES.get(kind, SAMPLES[NoticeKind.DIRECTIVE_ISSUED]):
        for language in ("vi", "en"):
            tongue = tongue_of(language)
            said = f"{kind_words(kind, tongue)} {sentence(kind, facts, tongue)}"
            assert "%" not in said
            assert said[-1] in ".!?" or "reason" in facts
            if language == "en":
                plain = said.replace("–", "-")
                assert plain.isascii(), said


def test_days_are_written_as_each_language_does() -> None:
    told = {"until": "2025-03-31", "by": "2025-04-05"}
    vietnamese, english = (
        sentence(NoticeKind.PERIOD_NEAR, told, tongue_of(language)) for language in ("vi", "en")
    )
    assert "31/03/2025" in vietnamese
    assert "31 Mar 2025" in english
    assert tongue_of("fr") == tongue_of("fr")
    assert sentence(NoticeKind.PERIOD_NEAR, told, tongue_of("fr")) == vietnamese
