"""The kinds of entry as they are chosen on a form."""

from flask_babel import gettext as _

from tracker.domain.disbursements import DisbursementKind
from tracker.domain.money import Dong
from tracker.web.words import disbursement_kind_words

LESS = "adjustment_less"
"""The half of an adjustment that takes away; amounts themselves are typed without a sign."""


KINDS = (*(kind.value for kind in DisbursementKind), LESS)
"""The codes of the choices."""


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds as they are chosen: an adjustment is chosen with its direction."""
    listed = []
    for kind in DisbursementKind:
        if kind is DisbursementKind.ADJUSTMENT:
            listed.append((kind.value, _("Điều chỉnh tăng")))
            listed.append((LESS, _("Điều chỉnh giảm")))
        else:
            listed.append((kind.value, disbursement_kind_words(kind)))
    return listed


def signed_kind(code: str, amount: Dong) -> tuple[DisbursementKind, Dong]:
    """Return the kind of a choice, and the amount with the sign that the choice gives it."""
    if code == LESS:
        return DisbursementKind.ADJUSTMENT, Dong(-amount)
    return DisbursementKind(code), amount
