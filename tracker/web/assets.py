"""Addresses of static files that change whenever the file does, and one style sheet of many.

The style sheets are written one to a component; a page asks for them as one file, put together
when the application starts, because thirty requests would cost a slow line more than the bytes.
"""

import hashlib
import json
import re
from pathlib import Path

from flask import Flask, Response, abort, url_for

from tracker.web.headers import FOREVER

SHEET = "css/main.css"
_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\)( print)?;')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def digest_of(content: bytes) -> str:
    """Return the short fingerprint that stands in an address."""
    return hashlib.sha256(content).hexdigest()[:10]


def bundle(sheet: Path) -> str:
    """Return the style sheet with everything it imports in its place, without comments."""

    def inlined(found: re.Match[str]) -> str:
        name, layer, medium = found.groups()
        rules = f"@layer {layer} {{\n{(sheet.parent / name).read_text()}\n}}"
        return f"@media print {{\n{rules}\n}}" if medium else rules

    whole = _IMPORT.sub(inlined, _COMMENT.sub("", sheet.read_text()))
    lines = (line.strip() for line in _COMMENT.sub("", whole).splitlines())
    return "\n".join(line for line in lines if line)


def init_app(app: Flask, folder: Path) -> None:
    """Give templates `asset(name)`; built files come from the manifest of tools/assets.py."""
    manifest_file = folder / "vendor" / "manifest.json"
    built: dict[str, str] = json.loads(manifest_file.read_text()) if manifest_file.exists() else {}
    versions: dict[str, str] = {}
    sheet = bundle(folder / SHEET).encode()
    sheet_digest = digest_of(sheet)

    def style(digest: str) -> Response:
        if digest != sheet_digest:
            abort(404)
        response = Response(sheet, mimetype="text/css")
        response.headers["Cache-Control"] = FOREVER
        return response

    def asset(name: str) -> str:
        if name in built:
            return url_for("static", filename=f"vendor/{built[name]}")
        if name == SHEET:
            return url_for("style", digest=sheet_digest)
        if name not in versions:
            versions[name] = digest_of((folder / name).read_bytes())
        return url_for("static", filename=name, v=versions[name])

    app.add_url_rule("/style/<digest>.css", "style", style)
    app.jinja_env.globals["asset"] = asset
