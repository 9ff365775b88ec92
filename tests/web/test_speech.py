"""A catalogue is found once for a request; elements and names are remembered by language."""

from collections.abc import Iterator

import pytest
from flask import Flask
from markupsafe import Markup

from tracker.domain.projects import Tier
from tracker.web.speech import in_page, language
from tracker.web.words import tier_words

pytestmark = pytest.mark.any_engine


@pytest.fixture(params=["vi", "en"])
def spoken(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context("/", headers={"Cookie": f"language={request.param}"}):
        yield request.param


def test_what_stands_in_a_sentence_is_escaped_and_the_sentence_is_not(app: Flask) -> None:
    with app.test_request_context("/"):
        assert in_page("<b>%(name)s</b> 70%%", name="<i>") == "<b>&lt;i&gt;</b> 70%"
        assert in_page("100%%") == "100%"
        assert isinstance(in_page("Chậm"), Markup)


def test_names_and_marks_are_those_of_the_reader(spoken: str) -> None:
    for _ in range(2):
        assert tier_words(Tier.COMMUNE) == {"vi": "Xã", "en": "Commune"}[spoken]
        assert language().marks == {"vi": (".", ","), "en": (",", ".")}[spoken]


def test_the_language_of_one_request_is_not_that_of_the_next(app: Flask) -> None:
    client = app.test_client()
    for wanted, title in (("en", "Sign in"), ("vi", "Đăng nhập"), ("en", "Sign in")):
        client.set_cookie("language", wanted)
        assert title in client.get("/sign-in").text


def test_an_element_made_before_keeps_text_and_markup_apart(app: Flask) -> None:
    ui = app.jinja_env.globals["ui"]
    with app.test_request_context("/"):
        assert "<b>x</b>" in ui.tag(Markup("<b>x</b>"))
        assert "&lt;b&gt;x&lt;/b&gt;" in ui.tag("<b>x</b>")
        assert "<b>x</b>" in ui.tag(Markup("<b>x</b>"))
        assert ui.tag("một") is ui.tag("một")
