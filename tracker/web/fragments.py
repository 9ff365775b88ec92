"""One template serves both the page and its parts."""

from flask import Response, current_app, make_response, render_template, request


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part, not for a whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


def show(template: str, *blocks: str, status: int = 200, **context: object) -> Response:
    """Render the page, or only the named blocks when htmx asks.

    Several blocks are joined: the first is the target, the rest are swapped out of band.
    """
    if blocks and wants_fragment():
        current_app.update_template_context(context)
        page = current_app.jinja_env.get_template(template)
        scope = page.new_context({**context, "oob": blocks[1:]})
        html = "".join(piece for name in blocks for piece in page.blocks[name](scope))
    else:
        html = render_template(template, oob=(), **context)
    return make_response(html, status)
