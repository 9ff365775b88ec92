"""What gunicorn is told: from the environment, without loading the application."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

SETTINGS = Path(__file__).parent.parent / "gunicorn.conf.py"
READ = """
import runpy, sys
told = runpy.run_path(sys.argv[1])
print(told["bind"], told["workers"], told["threads"], told["worker_class"])
print(sorted(name for name in sys.modules if name.split(".")[0] == "tracker"))
"""


def read(environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", READ, str(SETTINGS)],
        env=dict(environ),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_settings_come_from_the_environment() -> None:
    told = read({"PORT": "20000", "WEB_CONCURRENCY": "3", "WEB_THREADS": "1"}).stdout
    assert told.splitlines()[0] == "127.0.0.1:20000 3 1 sync"


def test_the_master_loads_nothing_of_the_product_so_a_reload_takes_the_new_code() -> None:
    assert read({}).stdout.splitlines()[1] == "[]"


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "WEB_THREADS"])
@pytest.mark.parametrize("text", ["1   # nginx", "x", "0", "-1", "1.5"])
def test_what_is_no_number_stops_the_start_with_a_sentence(name: str, text: str) -> None:
    answer = read({name: text, "PYTHONIOENCODING": "utf-8"})
    assert answer.returncode == 1
    assert (
        answer.stderr.strip() == f"{name}={text!r} không hợp lệ: cần một số nguyên, từ 1 đến 256."
    )
