"""Forms about the visitor's own account alone; pressing one would end or change the visit."""

from tests.checks.bodies import Fields
from tracker.domain.notices import CHOICES

_CARRIED: Fields = {"kept_address": "/projects", "kept:note": "đợt 3"}
"""What the door carries of a form whose session ended."""


def own_forms(password: str, token: str) -> dict[str, Fields]:
    """Return every such form filled in, by its endpoint.

    The visitor is `canbo`: `password` is theirs, `token` that of a link which opens their account.
    """
    new = {"new": "câu khác cũng dễ nhớ 7391", "again": "câu khác cũng dễ nhớ 7391"}
    kinds = {kind.value: "app" for kinds in CHOICES.values() for kind in kinds}
    return {
        "notices.ask_for_proof": {},
        "notices.preferences": {"language": "vi", **kinds},
        "notices.prove_address": {"code": "12345678"},
        "notices.read_all": {},
        "people.add_authenticator": {"code": "123456", "seed": "hạt giống"},
        "people.add_passkey": {"name": "Máy tính", "answer": "{}"},
        "people.change_password": {"old": password, **new, "next": "/projects"},
        "people.confirm": {"password": password, "code": "", "next": "/projects", **_CARRIED},
        "people.confirm_elsewhere": {"next": "/projects"},
        "people.end_other_sessions": {},
        "people.enter_by_passkey": {"answer": "{}", "next": "/projects", **_CARRIED},
        "people.enter_elsewhere": {"next": "/projects"},
        "people.make_recovery_codes": {},
        "people.prove_factor": {"code": "123456", "next": "/projects", **_CARRIED},
        "people.remove_authenticator": {},
        "people.save_recovery_codes": {"codes": "aaaaa-bbbbb"},
        "people.sign_in": {"username": "canbo", "password": password, **_CARRIED},
        "people.sign_out": {},
        "people.start": {"token": token, **new},
        "people.step_by_passkey": {"answer": "{}", "next": "/projects", **_CARRIED},
    }


OWN_AFFAIRS = frozenset(own_forms("", ""))
