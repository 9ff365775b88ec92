"""What is typed about being told: shape only; the service holds the rules."""

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from tracker.domain.notices import CHOICES, NoticeKind, Way, usual_way, ways_for
from tracker.web.deeds import DeedForm, lazy_gettext

OFFERED = tuple(kind for kinds in CHOICES.values() for kind in kinds)


class ProveForm(DeedForm):
    """The number from the letter."""

    code = StringField(
        lazy_gettext("Mã trong thư"),
        [
            InputRequired(lazy_gettext("Hãy nhập mã trong thư vừa gửi.")),
            Length(max=20, message=lazy_gettext("Mã có 8 chữ số.")),
        ],
    )


class PreferencesForm(DeedForm):
    """One choice for each kind, and the language of letters."""

    language = SelectField(
        lazy_gettext("Ngôn ngữ của thư"),
        choices=[SelectChoice("vi", "Tiếng Việt"), SelectChoice("en", "English")],
        default="vi",
    )

    def ways(self) -> dict[NoticeKind, Way]:
        """Return what was chosen, by kind."""
        typed = {kind: self[kind.value].data for kind in OFFERED}
        return {kind: Way(way) for kind, way in typed.items() if way in ways_for(kind)}


for _kind in OFFERED:
    setattr(
        PreferencesForm,
        _kind.value,
        SelectField(
            choices=[SelectChoice(way.value, way.value) for way in ways_for(_kind)],
            default=usual_way(_kind).value,
        ),
    )
