"""The macros of templates/components, gathered under one name: `ui`."""

from collections.abc import Callable
from functools import lru_cache, wraps
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from tracker.web.speech import language

FOLDER = "components/"
REPEATED = frozenset(
    {
        "badge", "day", "flag", "head", "mark", "money", "number", "options", "percent", "points",
        "progress", "rank", "sort_head", "tag",
    }
)  # fmt: skip
"""Elements of numbers and words alone, of which a page holds hundreds: what they say depends on
nothing but their arguments and the language, so it is said again without making it again."""
MOST = 8_192


def gather(env: Environment) -> SimpleNamespace:
    """Return every public macro of every component file.

    A global, because a block rendered alone does not see what its template imported; and gathered
    here, because a template does not pass on the macros it imports.
    """
    ui = SimpleNamespace()
    # Macros may call one another as ui.name, so the namespace exists before they are read.
    env.globals["ui"] = ui
    for file in env.list_templates(filter_func=lambda name: name.startswith(FOLDER)):
        for name, macro in vars(env.get_template(file).module).items():
            if not name.startswith("_"):
                setattr(ui, name, _remembered(macro) if name in REPEATED else macro)
    return ui


def _remembered(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """Remember the last elements a macro made, for each language; types tell arguments apart."""
    made: dict[str, Callable[..., Markup]] = {}

    @wraps(macro)
    def element(*args: Any, **kwargs: Any) -> Markup:
        locale = language().locale.language
        known = made.get(locale)
        if known is None:
            known = made[locale] = lru_cache(MOST, typed=True)(macro)
        return known(*args, **kwargs)

    return element
