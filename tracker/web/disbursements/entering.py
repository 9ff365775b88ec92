"""One row on its way into the ledger, into a draft, or to a second person."""

from datetime import date

from tracker.db import transaction
from tracker.domain.requests import NeedsSecondPerson
from tracker.services.posting import Recorded
from tracker.services.request_kinds import RecordMany
from tracker.services.requests import Asked, ask
from tracker.services.submissions import amend_submission, enter_disbursement
from tracker.web.deeds import act
from tracker.web.disbursements.forms import EntryForm


def enter_or_ask(form: EntryForm, day: date) -> Recorded | Asked:
    """Enter what a valid form says, or ask for it where it takes back too much for one person.

    Raises:
        Refusal: as `enter_disbursement`, `amend_submission` and `ask`.
    """
    order, number = form.command(day), form.submission.data or 0
    try:
        with transaction() as session:
            if number:
                return amend_submission(session, act(), number, form.version.data or 0, order)
            return enter_disbursement(session, act(), order)
    except NeedsSecondPerson:
        with transaction() as session:
            many = RecordMany((order,), order.idempotency_key)
            return ask(session, act(), many, order.note)
