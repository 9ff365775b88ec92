"""Headers that every answer carries, errors and files included."""

from flask import Flask, Response, current_app, request

from tracker.domain.provider import Provider

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
POLICY = "Content-Security-Policy"
ALWAYS = {
    POLICY: CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"
FOREVER = "public, max-age=31536000, immutable"
VARY = "HX-Request, HX-Request-Type, Cookie"
"""What makes two answers of one address differ: the part asked for, and who asks."""


def policy(provider: Provider | None) -> str:
    """Return the policy; forms may also lead to the identity provider, if there is one."""
    if provider is None:
        return CSP
    return CSP.replace("form-action 'self'", f"form-action 'self' {provider.origin}")


def _apply(response: Response) -> Response:
    own = response.headers.get(POLICY)  # what others made is served under a stricter one
    for name, value in ALWAYS.items():
        response.headers[name] = value
    response.headers[POLICY] = own or current_app.config["CSP"]
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if request.endpoint == "static":
        # A file asked for by its fingerprint never changes under that address.
        if "/vendor/" in request.path or "v" in request.args:
            response.headers["Cache-Control"] = FOREVER
    else:
        response.headers["Vary"] = VARY
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Set the headers after every request."""
    app.config["CSP"] = policy(app.extensions["tracker_settings"].provider)
    app.after_request(_apply)
