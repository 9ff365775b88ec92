"""Runs every trial, prints one table, writes it to build/torture.md, and ends with 1 on any miss.

`python -m tools.torture --engine sqlite --scale full --only kill --only forms`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.torture import (
    backups,
    crashes,
    forms,
    history_speed,
    history_tampering,
    hostile,
    kill,
    ledger,
    locks,
    markup,
    matrix,
    schema,
    writers,
)
from tools.torture._trial import ENGINES, RESULTS, Trial, a_seed

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "build" / "torture.md"
TRIALS: tuple[Trial, ...] = tuple(
    module.TRIAL
    for module in (
        kill, crashes, writers, forms, locks, matrix, ledger, hostile, history_tampering,
        backups, markup, schema, history_speed,
    )
)  # fmt: skip
HEAD = ("trial", "engine", "done", "figure", "planted first", "seed", "took", "full scale here")


def main() -> int:
    """Run the trials that are asked for, each in a process of its own; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--scale", choices=("short", "full"), default="short")
    parser.add_argument("--only", choices=[one.name for one in TRIALS], action="append")
    parser.add_argument("--seed", type=int, default=a_seed())
    asked = parser.parse_args()
    told = []
    for trial in TRIALS:
        if asked.only and trial.name not in asked.only:
            continue
        for engine in asked.engine or ENGINES:
            if engine in trial.engines:
                told.append(run(trial, engine, asked.scale, asked.seed))
    table = table_of(told)
    print(f"\n{table}")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(f"{heading(asked.scale)}\n\n{table}\n", encoding="utf-8")
    return 1 if any(one["faults"] for one in told) else 0


def run(trial: Trial, engine: str, scale: str, seed: int) -> dict[str, Any]:
    """Run one trial on one engine in a process of its own; return what it told."""
    with tempfile.TemporaryDirectory(prefix="tracker-torture-") as folder:
        results = Path(folder) / "results"
        command = [sys.executable, "-m", f"tools.torture.{trial.name}", "--engine", engine]
        command += ["--scale", scale, "--seed", str(seed)]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, RESULTS: str(results)}, check=False
        )
        if results.exists():
            told: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
            return told
    return {
        "trial": trial.name, "engine": engine, "seed": seed, "done": "–", "planted": "–",
        "figure": "did not end", "faults": [f"ended with {done.returncode}"], "seconds": 0.0,
        "full": f"{trial.full:,} {trial.unit}", "full_seconds": 0.0,
    }  # fmt: skip


def heading(scale: str) -> str:
    """Return what was run, and on what."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    cores = len(os.sched_getaffinity(0))
    return (
        f"# `make torture`, {scale}\n\nCommit {commit.stdout.strip() or 'unknown'},"
        f" Python {platform.python_version()}, {cores} cores."
    )


def table_of(told: list[dict[str, Any]]) -> str:
    """Return the table of what was told, and every fault under it."""
    rows = [
        (
            f"{'**MISS** ' if one['faults'] else ''}{one['trial']}",
            one["engine"],
            one["done"],
            one["figure"],
            one["planted"] or "–",
            str(one["seed"]),
            f"{one['seconds']:.0f} s",
            f"{one['full']}: {one['full_seconds'] / 60:.1f} min",
        )
        for one in told
    ]
    lines = [f"| {' | '.join(row)} |" for row in (HEAD, ["---"] * len(HEAD), *rows)]
    faults = [
        f"- {one['trial']} {one['engine']}: {fault[:600]}"
        for one in told
        for fault in one["faults"][:20]
    ]
    return "\n".join([*lines, *([""] if faults else []), *faults])


if __name__ == "__main__":
    sys.exit(main())
