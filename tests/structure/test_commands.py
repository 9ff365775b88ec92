"""What is told of the make targets, in the README and by `make help`, is what they do."""

import re
from pathlib import Path

import pytest

from tools.screenshots import FOLDER, README_FOLDER

ROOT = Path(__file__).resolve().parents[2]
HELP = dict(
    re.findall(r"^([a-z-]+):.*?## (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
)
TABLE = re.findall(
    r"^\| (`make .+?) \| (.+?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M
)


def test_the_readme_names_only_targets_that_are_there() -> None:
    named = {name for cell, _ in TABLE for name in re.findall(r"`make ([a-z-]+)`", cell)}
    assert len(named) > 5
    assert named <= set(HELP)


@pytest.mark.parametrize("folder", [FOLDER, README_FOLDER], ids=["all", "readme"])
def test_both_tell_where_the_pictures_go(folder: Path) -> None:
    place = folder.relative_to(ROOT).as_posix()
    assert place in HELP["screenshots"]
    assert any(place in told for cell, told in TABLE if "make screenshots" in cell)
