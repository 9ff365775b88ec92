"""Short runs of those trials of `make torture` that cost little, and the table of them all."""

from importlib import import_module
from itertools import product
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from tools.torture import backups, history_speed, kill, ledger
from tools.torture.__main__ import TRIALS, table_of
from tools.torture._trial import ENGINES, Asked, MissedError, Outcome, Trial, carry_out, must_find
from tools.torture.addresses import FILES, records, together
from tools.torture.markup import typed
from tools.torture.mutants import MUTANTS
from tools.torture.schema import description_of
from tracker.db import db
from tracker.queries.wall import open_to_the_system

SEED = 391
FOLDER = Path(__file__).resolve().parents[2] / "tools" / "torture"
NO_TRIALS = {"addresses", "mutants", "planted", "programs", "served"}


@pytest.mark.parametrize(
    ("trial", "engine_name", "amount"),
    [
        (kill.TRIAL, "sqlite", 1),  # the dearest ones run on one engine
        (ledger.TRIAL, "sqlite", 6),
        *product([backups.TRIAL], ENGINES, [2]),
        *product([history_speed.TRIAL], ENGINES, [2_000]),
    ],
    ids=lambda one: one.name if isinstance(one, Trial) else str(one),
)
def test_a_short_trial_finds_what_is_planted_and_nothing_else(
    trial: Trial, engine_name: str, amount: int
) -> None:
    told = carry_out(trial, Asked(engine_name, amount, SEED))
    assert told.faults == ()
    assert told.planted


def test_a_trial_that_misses_what_is_planted_is_a_miss() -> None:
    def run(_asked: Asked) -> Outcome:
        must_find([], "a fault")
        return Outcome("fine")

    told = carry_out(Trial("blind", "", "tries", 1, 2, run), Asked("sqlite", 1, SEED))
    assert "not found" in told.faults[0]
    with pytest.raises(MissedError):
        must_find(None, "a fault")


def test_every_trial_is_in_the_table() -> None:
    files = {file.stem for file in FOLDER.glob("[a-z]*.py")} - NO_TRIALS
    assert {trial.name for trial in TRIALS} == files
    assert all(import_module(f"tools.torture.{name}").TRIAL in TRIALS for name in files)


def test_a_miss_stands_in_the_table_with_its_faults() -> None:
    told = {
        "trial": "kill", "engine": "sqlite", "done": "3 kills", "figure": "lost 1",
        "planted": "found", "seed": 1, "seconds": 2.0, "full": "200 kills", "full_seconds": 120.0,
        "faults": ["1 lost"],
    }  # fmt: skip
    table = table_of([told])
    assert "| **MISS** kill | sqlite |" in table
    assert "200 kills: 2.0 min" in table
    assert table.endswith("- kill sqlite: 1 lost")


def test_there_are_enough_mutants_each_of_its_own_name() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names)) >= 25


def test_the_description_of_the_routes_has_their_arguments_and_fields(app: object) -> None:
    told = description_of(app, {"code": ("DA-1",)}, Random(SEED))  # type: ignore[arg-type]
    paths = told["paths"]
    assert {"/", "/projects", "/projects/{code}", "/disbursements/{day}"} <= set(paths)
    sheet = paths["/disbursements/{day}"]["post"]
    schema = sheet["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert {"amount", "voucher", "key"} <= set(schema["properties"])
    assert [one["name"] for one in sheet["parameters"]] == ["day"]


def test_markup_goes_into_whatever_people_type_and_into_no_code() -> None:
    columns = {f"{table}.{name}" for table, names in typed().items() for name in names}
    assert columns >= {
        "project.name", "project.objective", "directive.content", "directive_step.words",
        "difficulty.description", "bid_package.name", "contract.number", "contractor.address",
        "attachment.name", "progress_entry.volumes", "clearance_point.place", "guarantee.bank",
        "disbursement.note", "person.email", "request.answer", "scenario.document",
    }  # fmt: skip
    assert not columns & {
        "project.code", "project.status", "project.name_folded", "unit.path", "person.username",
        "change.deed", "notice.subject", "seal.hash", "disbursement.idempotency_key",
    }  # fmt: skip


@pytest.mark.usefixtures("session")
def test_every_argument_of_a_page_that_is_read_has_a_record(app: Flask) -> None:
    with app.app_context():
        open_to_the_system(db.session())
        known = {name for one in together() for name in one} | records().keys()
    there = {
        argument
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in FILES
        for argument in rule.arguments
    }
    # Of what belongs together the first is named; no demonstration is here to have one.
    joined = {"package_id", "contract_id", "guarantee_id", "acceptance_id", "point_id"}
    joined |= {"version", "directive_file_id"}
    assert there <= known | joined
