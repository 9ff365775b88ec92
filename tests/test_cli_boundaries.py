"""The outlines of units, loaded from the command line."""

import json
from pathlib import Path

import pysqlite3
import pytest

from tests.conftest import Database
from tests.factories.installations import Instance

RING = [[106, 20], [107, 20], [107, 21], [106, 20]]


@pytest.fixture
def instance(sqlite_database: Database, tmp_path: Path) -> Instance:
    """An installation on SQLite with the units of Hải Dương."""
    return Instance(tmp_path, sqlite_database.copy().replace("sqlite+pysqlite", "sqlite"))


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A map with the outline of one district."""
    area = {
        "type": "Feature",
        "properties": {"code": "294"},
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }
    made = tmp_path / "map.geojson"
    told = {"type": "FeatureCollection", "features": [area]}
    made.write_text(json.dumps(told), encoding="ascii")
    return str(made)


def kept(instance: Instance) -> list[tuple[str, str | None]]:
    """Return the deeds on outlines with their reasons, once for each outline there is."""
    path = instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///")
    connection = pysqlite3.connect(path)
    found = connection.execute(
        "SELECT deed, reason FROM change JOIN unit_shape ON subject_id = unit_id"
        " WHERE deed = 'unit.outlined'"
    ).fetchall()
    outlines = connection.execute("SELECT count(outline) FROM unit_shape").fetchone()
    connection.close()
    assert outlines == (len(found),)
    return list(found)


def test_a_trial_of_a_map_writes_nothing(instance: Instance, file: str) -> None:
    tried = instance.run("import", "boundaries", file, "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "Chạy thử" in tried.stdout
    assert "Thêm 1 địa giới" in tried.stdout
    assert kept(instance) == []
    assert "Thêm 1 địa giới" in instance.run("import", "boundaries", file).stdout
    assert kept(instance) == [("unit.outlined", None)]


def test_the_reason_of_a_map_is_kept(instance: Instance, file: str) -> None:
    why = "Bản đồ mới của Sở Nội vụ"
    assert instance.run("import", "boundaries", file, "--reason", why).returncode == 0
    assert kept(instance) == [("unit.outlined", why)]


@pytest.mark.parametrize("reason", ["x" * 2_000, "đổi\u202e chiều"])
def test_a_reason_that_cannot_be_kept_is_refused(
    instance: Instance, file: str, reason: str
) -> None:
    refused = instance.run("import", "boundaries", file, "--reason", reason)
    assert refused.returncode == 1
    assert "--reason" in refused.stderr
    assert kept(instance) == []
