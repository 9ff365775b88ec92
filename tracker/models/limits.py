"""How often something was done, shared by all workers."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.limits import Limited
from tracker.models.base import Base, OrderedText, Ref, code_of, known_codes


class RateCount(Base):
    """How often one person or network did one kind of thing in one minute since 1970."""

    __tablename__ = "rate_count"

    kind: Mapped[Limited] = mapped_column(code_of(Limited), primary_key=True)
    who: Mapped[OrderedText] = mapped_column(primary_key=True)
    minute: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    times: Mapped[Ref]

    __table_args__ = (
        known_codes("kind", Limited),
        CheckConstraint("times > 0", name="times_positive"),
    )
