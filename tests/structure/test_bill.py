"""The bill of materials names what is installed, and by which hashes."""

import json
import re

from tools.bill import BROWSER, PYTHON, bill


def test_every_locked_package_stands_in_the_bill_with_its_hashes() -> None:
    found = {one["purl"]: one["hashes"] for one in bill()["components"]}
    lock = PYTHON.read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+)==(\S+)", lock, re.MULTILINE)
    assert {f"pkg:pypi/{name}@{version}" for name, version in pinned} <= set(found)
    assert sum(len(one) for name, one in found.items() if ":pypi/" in name) == lock.count("--hash=")
    assert all(found.values()), "nothing without a hash"


def test_what_the_pages_hold_is_named_and_what_only_tests_need_is_not() -> None:
    names = {one["name"] for one in bill()["components"]}
    told = json.loads(BROWSER.read_text(encoding="utf-8"))["packages"][""]
    assert set(told["dependencies"]) <= names
    assert not set(told["devDependencies"]) & names
    assert not {"pytest", "playwright"} & names
