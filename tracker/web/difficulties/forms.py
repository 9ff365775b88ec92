"""What is typed about a difficulty: shape only; the service holds the rules."""

from dataclasses import fields
from datetime import date
from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.difficulties import (
    CAUSES,
    Cause,
    CauseGroup,
    DifficultyFacts,
    Gravity,
    Level,
)
from tracker.domain.money import ZERO
from tracker.services.difficulties import (
    AmendDifficulty,
    CloseDifficulty,
    EscalateDifficulty,
    RaiseDifficulty,
    ReplyToDifficulty,
)
from tracker.web.deeds import DeedForm, day_field, lazy_gettext, money_look
from tracker.web.fields import BlockField, CountField, DongField, KeyField, LineField
from tracker.web.matters import cause_group_words, cause_words, gravity_words, level_words
from tracker.web.proofs import proof_field

_NEEDED = InputRequired(lazy_gettext("Hãy nhập mục này."))


class FactsForm(DeedForm):
    """What is said of a difficulty."""

    cause = SelectField(lazy_gettext("Nguyên nhân"), [_NEEDED])
    gravity = SelectField(lazy_gettext("Mức độ"), [_NEEDED])
    description = BlockField(lazy_gettext("Mô tả"), [_NEEDED])
    arose_on = day_field(lazy_gettext("Ngày phát sinh"), [_NEEDED])
    due_on = day_field(lazy_gettext("Hạn xử lý"), [_NEEDED])
    capital_at_stake = DongField(
        lazy_gettext("Số vốn ảnh hưởng"), [Optional()], render_kw=money_look()
    )
    days_of_delay = CountField(lazy_gettext("Số ngày chậm"), [Optional()])
    responsible_organisation = LineField(
        lazy_gettext("Đơn vị chịu trách nhiệm"),
        [_NEEDED, Length(max=200)],
        render_kw={"list": "organisations", "autocomplete": "off"},
    )
    responsible_person = LineField(
        lazy_gettext("Người chịu trách nhiệm"), [_NEEDED, Length(max=120)]
    )
    proposal = BlockField(lazy_gettext("Đề xuất"), [Optional()], rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cause.choices = cause_choices()
        self.gravity.choices = [(one.value, gravity_words(one)) for one in Gravity]

    def facts(self) -> DifficultyFacts:
        """Return what is said."""
        return DifficultyFacts(
            cause=Cause(self.cause.data),
            description=self.description.data,
            arose_on=self.arose_on.data or date.min,
            gravity=Gravity(self.gravity.data),
            capital_at_stake=self.capital_at_stake.data or ZERO,
            days_of_delay=self.days_of_delay.data or 0,
            responsible_organisation=self.responsible_organisation.data,
            responsible_person=self.responsible_person.data,
            due_on=self.due_on.data or date.min,
            proposal=self.proposal.data or None,
        )


class RaiseForm(FactsForm):
    """A new difficulty."""

    level = SelectField(lazy_gettext("Cấp giải quyết"), [_NEEDED])
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [(one.value, level_words(one)) for one in Level]

    def command(self, project_id: int) -> RaiseDifficulty:
        """Return the order."""
        return RaiseDifficulty(project_id, self.facts(), Level(self.level.data), self.key.data)


class AmendForm(FactsForm):
    """Another word about a difficulty."""

    reason = BlockField(lazy_gettext("Lý do sửa"), [Optional()], rows=2)
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, difficulty_id: int) -> AmendDifficulty:
        """Return the order."""
        version = read_version(self.row_version.data)
        return AmendDifficulty(difficulty_id, version, self.facts(), self.reason.data)


class ReplyForm(DeedForm):
    """A reply in the thread."""

    words = BlockField(lazy_gettext("Nội dung phản hồi"), [_NEEDED])
    evidence = LineField(
        lazy_gettext("Minh chứng"), [Optional(), Length(max=300)], render_kw={"autocomplete": "off"}
    )
    files = proof_field()
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, difficulty_id: int) -> ReplyToDifficulty:
        """Return the order."""
        return ReplyToDifficulty(
            difficulty_id, self.words.data, self.key.data, self.evidence.data or None
        )


class EscalateForm(DeedForm):
    """Why a difficulty goes to the next level."""

    reason = BlockField(lazy_gettext("Lý do chuyển cấp"), [_NEEDED], rows=2)
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, difficulty_id: int) -> EscalateDifficulty:
        """Return the order."""
        return EscalateDifficulty(
            difficulty_id, read_version(self.row_version.data), self.reason.data
        )


class CloseForm(DeedForm):
    """What came of a difficulty, and what proves it."""

    result = BlockField(lazy_gettext("Kết quả"), [_NEEDED], rows=2)
    evidence = LineField(
        lazy_gettext("Minh chứng"),
        [Optional(), Length(max=300)],
        render_kw={"autocomplete": "off"},
    )
    files = proof_field()
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, difficulty_id: int) -> CloseDifficulty:
        """Return the order."""
        version = read_version(self.row_version.data)
        return CloseDifficulty(difficulty_id, version, self.result.data, self.evidence.data)


def read_version(text: object) -> int:
    """Return the version that was sent; -1, which no record has, for anything else."""
    known = isinstance(text, str) and text.isascii() and text.isdigit()
    return int(str(text)) if known and len(str(text)) < len(str(2**31)) else -1


def cause_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the causes by their official groups."""
    return {
        cause_group_words(group): [
            (cause.value, cause_words(cause)) for cause, of in CAUSES.items() if of is group
        ]
        for group in CauseGroup
    }


def given_of(row: Any) -> dict[str, Any]:
    """Return what the form of a difficulty starts with."""
    given = {one.name: getattr(row, one.name) for one in fields(DifficultyFacts)}
    given["cause"], given["gravity"] = row.cause.value, row.gravity.value
    given["capital_at_stake"] = row.capital_at_stake or None
    return {**given, "row_version": row.row_version}
