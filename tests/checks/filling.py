"""The forms of a page as a browser would send them back."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside = action, False
        self.found: dict[str, list[str]] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("action", "") == self.action
        if not self.inside:
            return
        name = told.get("name", "")
        if tag == "input":
            is_choice = told.get("type") in {"checkbox", "radio"}
            if name and (not is_choice or "checked" in told):
                self.found.setdefault(name, []).append(told.get("value", "y" * is_choice))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in told:
            self.found.setdefault(self._select, []).append(told.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            self.found[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.found[self._textarea][0] += data.lstrip("\r\n")


def fields_on(html: str, action: str) -> dict[str, list[str]]:
    """Return what the form with this action would send, by the name of the field."""
    reader = _Reader(action)
    reader.feed(html)
    return reader.found
