"""Prints the bill of materials of the product: `python -m tools.bill > bill.json`.

CycloneDX 1.6, made from the locks alone: every package that a running product has, of Python and of
the browser, with its version and the hashes under which it may be installed. What is needed only to
develop is left out.

Source: https://cyclonedx.org/docs/1.6/json/.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / "requirements" / "base.txt"
BROWSER = ROOT / "package-lock.json"
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

Component = dict[str, Any]


def python_components(lock: str) -> Iterator[Component]:
    """Give the packages of a lock of Python, each with the hashes that are let in."""
    for name, version, rest in _PACKAGE.findall(lock):
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": one} for one in _HASH.findall(rest)],
        }


def browser_components(lock: str) -> Iterator[Component]:
    """Give the packages of a lock of npm whose files the pages hold."""
    for place, told in json.loads(lock)["packages"].items():
        if not place or told.get("dev"):
            continue
        name, version = place.rpartition("node_modules/")[2], told["version"]
        algorithm, _, digest = told["integrity"].partition("-")
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{version}",
            "hashes": [
                {
                    "alg": f"SHA-{algorithm.removeprefix('sha')}",
                    "content": base64.b64decode(digest).hex(),
                }
            ],
        }


def bill() -> dict[str, Any]:
    """Return the bill of materials."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [
            *python_components(PYTHON.read_text(encoding="utf-8")),
            *browser_components(BROWSER.read_text(encoding="utf-8")),
        ],
    }


def main() -> int:
    """Print the bill."""
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
