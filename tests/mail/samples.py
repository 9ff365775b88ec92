"""Facts of every kind of notice, of one project, an owner, a unit and the province."""

from typing import Any

from tracker.domain.notices import NoticeKind

_PLACES: tuple[dict[str, Any], ...] = (
    {"code": "CAU-1", "project": "Cau Song"},
    {"owner": "Ban Mot", "owner_code": "BAN1"},
    {"unit": "Xa Tam", "unit_code": "101"},
    {},
)
_DATED = {"projects": 2, "items": 3, "first_due": "2025-05-12", "some_codes": ["DA1", "DA2"]}
_ONE = {**_DATED, "projects": 1, "title": "Cau Song", "some_codes": ["CAU-1"]}
_LATE = {"projects": 3, "first_since": "2025-04-01", "most_times": 2}
_LOCK = {"year": 2025, "until": "2025-03-31", "strength": "hard", "tier": None, "owner": None}
_REQUEST = {"request": "lower_plan", "asker": "An", "decider": "Binh", "state": "approved"}

SAMPLES: dict[NoticeKind, tuple[dict[str, Any], ...]] = {
    NoticeKind.ENTRY_WAITING: tuple({"entries": 2, **place} for place in _PLACES),
    NoticeKind.ENTRY_RETURNED: (
        {"entries": 1, "day": "2025-04-29", "reason": "sai", **_PLACES[0]},
    ),
    NoticeKind.REQUEST_WAITING: (_REQUEST,),
    NoticeKind.REQUEST_DECIDED: (_REQUEST, {**_REQUEST, "state": "refused"}),
    NoticeKind.PERIOD_LOCKED: (
        _LOCK,
        {**_LOCK, "strength": "soft", "tier": "commune"},
        {**_LOCK, "owner": "Ban Mot"},
    ),
    NoticeKind.PERIOD_REOPENED: (_LOCK,),
    NoticeKind.PERIOD_NEAR: ({"until": "2025-03-31", "by": "2025-04-05"},),
    NoticeKind.DEADLINE_NEAR: tuple(
        {"projects": 2, "first_deadline": "2026-01-31", "first_days": 30, **place}
        for place in _PLACES
    ),
    **{
        kind: (
            {**_ONE, "items": 1, "milestone": "ground_breaking", **_PLACES[1]},
            *({**_ONE, "milestone": "", **place} for place in _PLACES[:2]),
            *({**_DATED, **place} for place in _PLACES[1:]),
        )
        for kind in (NoticeKind.MILESTONE_NEAR, NoticeKind.MILESTONE_OVERDUE)
    },
    **{
        kind: (
            *({**_ONE, "missing": 1_500_000_000, **place} for place in _PLACES[:2]),
            *({**_DATED, "missing": 1_500_000_000, **place} for place in _PLACES[1:]),
        )
        for kind in (NoticeKind.PLEDGE_NEAR, NoticeKind.PLEDGE_BROKEN)
    },
    NoticeKind.STALE: tuple({**_LATE, **place} for place in _PLACES),
    NoticeKind.STALE_ESCALATED: tuple({**_LATE, **place} for place in _PLACES),
    NoticeKind.DIRECTIVE_ISSUED: (
        {"title": "Don doc"},
        {"title": "Don doc", "who": "An"},
        {"title": "Don doc", "due": "2025-05-15"},
        {"title": "Don doc", "who": "An", "due": "2025-05-15"},
    ),
}
