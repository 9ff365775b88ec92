"""Forms as a browser reads them from a page and sends them."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


class _Reader(HTMLParser):
    """Collects the forms of a page: their address, and the fields that are filled in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, MultiDict[str, str]]] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a form, or note a field of the one that is open."""
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action") or "", MultiDict()))
            self._is_open = True
        elif tag == "input" and self._is_open and given.get("name"):
            # Line ends travel as in a browser, whatever they were on the page.
            text = (given.get("value") or "").replace("\r\n", "\n").replace("\n", "\r\n")
            self.forms[-1][1].add(str(given["name"]), text)

    def handle_endtag(self, tag: str) -> None:
        """Close the form."""
        if tag == "form":
            self._is_open = False


def form_on(page: TestResponse, having: str) -> tuple[str, MultiDict[str, str]]:
    """Return the address and the fields of the form with this field or address."""
    reader = _Reader()
    reader.feed(page.text)
    for address, fields in reader.forms:
        if having in fields or having == address:
            return address, fields
    raise AssertionError(f"{page.status}: no form with {having}")


def fill_in(browser: FlaskClient, page: TestResponse, having: str, **typed: str) -> TestResponse:
    """Fill in a form of a page and send it."""
    address, fields = form_on(page, having)
    for name, text in typed.items():
        fields[name] = text
    return browser.post(address, data=fields)
