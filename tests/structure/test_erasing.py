"""What people entered is never deleted."""

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.checks.erasing import ERASABLE, ErasedError
from tracker.models import Base, Disbursement, Project


@pytest.mark.parametrize("model", [Disbursement, Project])
def test_a_delete_of_records_breaks_whichever_test_meets_it(
    session: Session, model: type[Base]
) -> None:
    with pytest.raises(ErasedError):
        session.execute(delete(model))


def test_no_key_between_tables_deletes_or_empties_what_points_at_it() -> None:
    keys = [key for table in Base.metadata.tables.values() for key in table.foreign_keys]
    assert [str(key) for key in keys if key.ondelete not in {None, "RESTRICT", "NO ACTION"}] == []
    assert len(keys) > 50


def test_every_table_that_may_be_emptied_exists() -> None:
    assert set(Base.metadata.tables) >= ERASABLE
