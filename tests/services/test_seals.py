"""What was sealed cannot be cut off or written anew, not even by somebody who has the key."""

import base64
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS, NOW, Database, open_engine
from tools.torture._guards import disarm, unbound
from tools.torture.history_tampering import write_history
from tracker.db import start_writing
from tracker.domain.seals import SealCause, SignedSeal, read_seal, seal_text
from tracker.files.seals import read_seals, write_seal
from tracker.services.chain import open_chain
from tracker.services.chain_checks import chain_findings
from tracker.services.seals import (
    SealKey,
    kept_seals,
    public_text,
    put_seal,
    read_public_keys,
    read_seal_key,
    seal_findings,
)

SECRET = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER = base64.urlsafe_b64encode(bytes(range(1, 33))).decode()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """A short history, all of it committed."""
    engine = open_engine(database.copy())
    write_history(engine, 20)
    yield engine
    engine.dispose()


@pytest.fixture
def key() -> SealKey:
    return read_seal_key(SECRET)


def sealed(engine: Engine, key: SealKey) -> SignedSeal | None:
    with Session(engine) as session:
        start_writing(session)
        seal = put_seal(session, key, SealCause.HOURLY, NOW)
        session.commit()
    return seal


def found(engine: Engine, key: SealKey, *seals: SignedSeal) -> list[str]:
    with Session(engine) as session:
        every = [*kept_seals(session), *seals]
        return [one[2] for one in seal_findings(session, every, {key.id: key.public}, 10)]


def test_a_seal_holds_the_head_and_a_second_is_put_only_after_a_change(
    engine: Engine, key: SealKey
) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    assert seal.facts.seq == 20
    assert sealed(engine, key) is None
    write_history(engine, 3)
    second = sealed(engine, key)
    assert second is not None
    assert second.facts.seq > 20
    assert found(engine, key, seal, second) == []


def test_the_public_key_alone_is_enough_to_check(engine: Engine, key: SealKey) -> None:
    sealed(engine, key)
    with Session(engine) as session:
        public = read_public_keys(public_text(key))
        assert seal_findings(session, kept_seals(session), public, 10) == []
        foreign = read_public_keys(public_text(read_seal_key(OTHER)))
        assert [one[2] for one in seal_findings(session, kept_seals(session), foreign, 10)] == [
            "seal_signature"
        ]
    assert SECRET.rstrip("=") not in repr(key)


def cut(engine: Engine, last: int) -> None:
    """Cut the history off and put the head back, so that the chain itself is whole."""
    disarm(engine)
    with Session(engine) as session:
        start_writing(session)
        connection = session.connection()
        unbound(connection)
        for sql in (
            "DELETE FROM change_link WHERE seq > :last",
            "DELETE FROM change WHERE id > :last",
            "UPDATE change_head SET seq = :last,"
            " hash = (SELECT hash FROM change_link WHERE seq = :last)",
        ):
            connection.execute(text(sql), {"last": last})
        session.commit()


def test_a_history_cut_short_is_told_by_its_seal_alone(engine: Engine, key: SealKey) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    cut(engine, 12)
    with Session(engine) as session:
        assert chain_findings(session, HISTORY_KEYS, 9) == []
    assert found(engine, key, seal) == ["seal_head"]


def test_a_history_written_anew_with_the_key_is_told_by_its_seal(
    engine: Engine, key: SealKey
) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    disarm(engine)
    with Session(engine) as session:
        start_writing(session)
        connection = session.connection()
        unbound(connection)
        connection.execute(text("UPDATE change SET reason = 'không phải thế' WHERE id = 5"))
        connection.execute(text("DELETE FROM change_link"))
        connection.execute(
            text("UPDATE change_head SET seq = 0, hash = :start"), {"start": "0" * 64}
        )
        session.flush()
        open_chain(session)
        session.commit()
        assert chain_findings(session, HISTORY_KEYS, 9) == []
    assert found(engine, key, seal) == ["seal_head"]


@pytest.mark.parametrize("part", ["seq", "hash", "cause", "at", "signature"])
def test_a_seal_with_another_word_is_not_genuine(engine: Engine, key: SealKey, part: str) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    texts = {
        "seq": ('"seq": 20', '"seq": 19'),
        "hash": (seal.facts.hash, "f" * 64),
        "cause": ("hourly", "manual"),
        "at": ("2025-04-30", "2025-04-29"),
        "signature": (seal.signature[:4], "0000"),
    }
    forged = read_seal(seal_text(seal).replace(*texts[part]))
    assert found(engine, key, forged) == ["seal_signature"]


def test_files_are_written_once_and_read_again(
    engine: Engine, key: SealKey, tmp_path: Path
) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    path = write_seal(tmp_path, seal)
    assert path.stat().st_mode & 0o222 == 0
    assert read_seals(tmp_path).seals == [seal]
    with pytest.raises(FileExistsError):
        write_seal(tmp_path, seal)
    assert [file.name for file in tmp_path.iterdir()] == [seal.name]


@pytest.mark.any_engine
def test_what_is_no_seal_is_named_and_the_others_are_read(
    engine: Engine, key: SealKey, tmp_path: Path
) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    write_seal(tmp_path, seal)
    told = seal_text(seal)
    wrong = {
        "seal-a.json": "",
        "seal-b.json": "{}",
        "seal-c.json": "[" * 100_000,
        "seal-d.json": told.replace('"seq": 20', f'"seq": {10**30}'),
        "seal-e.json": told.replace('"seq": 20', '"seq": true'),
        "seal-f.json": told.replace("2025-04-30T02", "0001-01-01T02").replace("+00:", "+07:"),
    }
    for name, content in wrong.items():
        (tmp_path / name).write_text(content, encoding="ascii")
    (tmp_path / "seal-y.json").write_bytes(b"\xff\xfe")
    (tmp_path / "seal-z.json").mkdir()
    kept = read_seals(tmp_path)
    assert kept.seals == [seal]
    assert kept.unreadable == [*wrong, "seal-y.json", "seal-z.json"]


@pytest.mark.any_engine
def test_a_full_disk_leaves_no_part_of_a_seal(engine: Engine, key: SealKey, tmp_path: Path) -> None:
    seal = sealed(engine, key)
    assert seal is not None
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="large"):
            write_seal(tmp_path, seal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    assert read_seals(write_seal(tmp_path, seal).parent).seals == [seal]


@pytest.mark.parametrize("wrong", ["", "ngắn", "YWJj", "%%%"])
def test_a_key_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"32|base64|padding|ascii"):
        read_seal_key(wrong)
