"""Installations of the product, each in a folder of its own, used by its command."""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from tests.conftest import HISTORY_KEY
from tracker.cli import main

KEY = "khóa thử nghiệm, dài hơn ba mươi hai ký tự"
PATIENCE = 90


@dataclass(frozen=True)
class Answer:
    """What a run of the command gave."""

    returncode: int
    stdout: str
    stderr: str


class Instance:
    """An installation of its own: a folder, its settings, and the command.

    `run` calls the command's own function, which spares the seconds of a new interpreter;
    `spawn` starts the program as a shell does.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environ = {
            "PATH": os.environ["PATH"],
            "TRACKER_VAR": str(folder / "var"),
            "TRACKER_DATABASE_URL": url,
            "TRACKER_SECRET_KEY": KEY,
            "TRACKER_HISTORY_KEY": HISTORY_KEY,
            "TRACKER_HOSTS": "localhost",
            "TRACKER_TODAY": "2025-04-30",
        }

    def run(self, *arguments: str, **environ: str) -> Answer:
        """Run the command in this process."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("TRACKER_")]:
                patch.delenv(name)
            for name, value in {**self.environ, **environ}.items():
                patch.setenv(name, value)
            with redirect_stdout(out), redirect_stderr(err):
                try:
                    code = main(arguments)
                except SystemExit as ended:
                    code = int(ended.code or 0)
        return Answer(code, out.getvalue(), err.getvalue())

    def spawn(self, *arguments: str, **environ: str) -> Answer:
        """Run the program to its end."""
        ended = subprocess.run(
            [sys.executable, "-m", "tracker.cli", *arguments],
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Answer(ended.returncode, ended.stdout, ended.stderr)


def assert_told(answer: Answer, *words: str) -> None:
    """Check that a fault was told in sentences, never by a traceback."""
    assert "Traceback" not in answer.stderr
    for word in words:
        assert word in answer.stderr
