"""Days on which owners stated that nothing was paid."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft
from tracker.demo.loading import Loader, Row
from tracker.demo.office import Office
from tracker.demo.people import Officers
from tracker.demo.vouchers import Voucher

STATED_ON = (
    date(2024, 10, 31),
    date(2024, 11, 29),
    date(2024, 12, 31),
    date(2025, 1, 24),
    date(2025, 3, 31),
    date(2025, 4, 29),
    date(2025, 6, 30),
)
_STATE = 72
"""Per cent of the projects without a payment of the last days that say so."""
_DAYS = 5
"""Working days without a payment after which an owner says that there was none."""
_AFTERNOON = 32_000


def quiet_days(
    dice: Dice,
    loader: Loader,
    drafts: Sequence[Draft],
    vouchers: Sequence[Voucher],
    office: Office,
    officers: Officers,
    system_id: int,
) -> Iterator[Row]:
    """Return the rows: projects of the year that had no payment for days, most of them."""
    paid: dict[int, list[int]] = defaultdict(list)
    for voucher in vouchers:
        paid[voucher.line.draft].append(voucher.day)
    for day in STATED_ON:
        today = office.key(day)
        for draft in drafts:
            lives = draft.in_2024 if day < date(2025, 2, 1) else draft.in_2025
            own = paid[draft.number]
            place = bisect_right(own, today)
            is_quiet = not place or own[place - 1] <= today - _DAYS
            if lives and is_quiet and dice.happens(_STATE):
                at = loader.instant(office.text[today], _AFTERNOON)
                clerk = officers.by_owner.get(draft.owner.id, system_id)
                yield loader.key("quiet_day"), draft.id, office.text[today], clerk, at
