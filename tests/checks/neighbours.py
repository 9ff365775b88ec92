"""A unit with everything a unit can have, each text and amount of it known by sight."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import quote

from sqlalchemy.orm import Session

from tests.factories.approval import a_submission
from tests.factories.attachments import a_directive_file, a_file
from tests.factories.contracts import a_full_contract
from tests.factories.delegations import a_delegation
from tests.factories.disbursements import a_disbursement
from tests.factories.mandates import an_answer
from tests.factories.matters import a_kept_difficulty, a_kept_directive
from tests.factories.notices import a_notice
from tests.factories.people import a_grant, a_passkey, a_person, a_session, an_act
from tests.factories.periods import a_lock, a_request
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.pledges import a_pledge
from tests.factories.projects import a_decision, a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_district, a_unit, an_organisation
from tests.factories.works import a_clearance, a_milestone, a_point, a_site, a_week
from tracker.domain.act import Act
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.requests import RequestKind
from tracker.models import DirectiveEntry, Organisation, Project, Request, Unit
from tracker.services.difficulties import ReplyToDifficulty, reply_to_difficulty
from tracker.services.directives import ReplyToDirective, reply_to_directive
from tracker.services.disbursements import (
    ReverseDisbursement,
    record_quiet_day,
    reverse_disbursement,
)
from tracker.services.history import record_change
from tracker.services.packing import packed
from tracker.services.request_kinds import KINDS

DAY = date(2025, 4, 30)
MILLION = 10**6
SEARCH = "bi mat"
"""Finds the project of every place by its name, and is no canary itself."""


@dataclass(frozen=True)
class Place:
    """What identifies the records of one unit, and the texts that nobody else may read."""

    unit_id: int
    unit_code: str
    organisation_id: int
    organisation_code: str
    project_id: int
    code: str
    line_id: int
    entry_id: int
    username: str
    grant_id: int
    session_id: int
    submission_id: int
    passkey_id: int
    delegation_id: int
    version: int
    canaries: Mapping[str, tuple[str, ...]]
    lock_id: int = 9_900_007
    request_id: int = 9_900_008
    difficulty_id: int = 9_900_011
    directive_id: int = 9_900_012
    contract_id: int = 9_900_021

    @property
    def planned_id(self) -> int:
        """Return the package whose contractor is still to be found; it follows the other."""
        return self.contract_id + 1

    file_id: int = 9_900_031
    point_id: int = 9_900_032
    notice_id: int = 9_900_033
    directive_file_id: int = 9_900_034

    @property
    def names(self) -> tuple[str, ...]:
        """Return everything by which a request can name a record of this place."""
        told = (
            self.unit_id, self.unit_code, self.organisation_id, self.organisation_code,
            self.project_id, self.code, self.line_id, self.entry_id, self.username, self.grant_id,
            self.session_id,
            self.lock_id, self.request_id, self.contract_id, self.planned_id, self.notice_id,
            self.submission_id, self.passkey_id, self.delegation_id, self.difficulty_id,
            self.directive_id, self.file_id, self.point_id, self.directive_file_id,
        )  # fmt: skip
        return tuple(map(str, told))


NOWHERE = Place(
    9_900_001, "99901", 9_900_002, "BANKHONGCO", 9_900_003, "KHONG-CO-DAU", 9_900_004,
    9_900_005, "khong.co.dau", 9_900_006, 9_900_007, 9_900_008, 9_900_009, 9_900_010, 2, {},
)  # fmt: skip
"""A place whose every name is well formed and belongs to nothing."""


def a_full_place(session: Session, act: Act, unit: Unit, mark: str, size: int) -> Place:
    """Fill a unit: owner, project, decision, plan, payments, scenario, history, an account.

    Every text begins with `mark`; amounts are `size` million and numbers made from it.
    """
    base = 9_000_000 + size % 1_000 * 100
    texts = {
        name: f"{mark}{name}"
        for name in (
            "owner", "project", "objective", "programme", "authority", "cause", "allotment",
            "round", "voucher", "memo", "reason", "document", "promise", "history", "person",
            "mail", "decree", "browser", "wish", "lock", "waiting", "device", "deputy", "lending",
            "notice",
            "obstacle", "culprit", "rejoinder", "command", "product", "promptly",
            "works", "firm", "address", "head", "contract", "appendix", "later", "bond", "bank",
            "turn",
            "paper", "remark", "volumes", "verdict", "parcel", "stuck", "knot", "duty",
            "exhibit", "proof", "amends", "pledger", "minutes",
        )
    }  # fmt: skip
    planned, paid, invested, foreseen = (size * part * MILLION for part in (7, 3, 19, 5))
    owner = an_organisation(
        session, unit, id=base + 1, code=f"{mark}BAN".upper(), name=f"Ban {texts['owner']}"
    )
    project = a_project(
        session,
        owner,
        unit,
        id=base + 2,
        code=f"{mark}-DA".upper(),
        name=f"Đường bí mật {texts['project']}",
        objective=texts["objective"],
        programme=texts["programme"],
        total_investment=Dong(invested),
    )
    source = a_source(session)
    a_decision(
        session,
        project,
        {source: invested},
        number=f"{texts['decree']}/QĐ-UBND",
        authority=texts["authority"],
        reason=texts["cause"],
    )
    line = a_plan_line(session, project, planned=0, id=base + 3)
    a_plan_entry(session, line, planned, note=texts["allotment"], round=texts["round"])
    entry = a_disbursement(
        session, line, paid, id=base + 4, voucher=texts["voucher"], note=texts["memo"]
    )
    mistaken = a_disbursement(session, line, 11 * MILLION)
    reverse_disbursement(
        session,
        act,
        ReverseDisbursement(mistaken.id, f"{texts['reason']} nhập nhầm dòng", f"{mark}-key"),
    )
    record_quiet_day(session, act, [project.id], date(2025, 4, 28))
    parts = [foreseen * month // 13 for month in range(1, 14)]
    months = tuple(map(Dong, parts))
    told = {"document": texts["document"], "committed_by": texts["promise"]}
    a_scenario(session, project, months, **told)
    waiting = {"approved_by": None, "approved_at": None, "approved_on": None}
    a_scenario(session, project, months, version=2, **told, **waiting)
    record_change(
        session,
        act,
        "project.amended",
        project,
        project.id,
        before={"objective": "cũ"},
        after={"objective": texts["history"]},
        project_id=project.id,
    )
    person = a_person(
        session,
        username=f"{mark}.nguoi",
        name=f"Người {texts['person']}",
        email=f"{texts['mail']}@vidu.vn",
        phone=f"09{size:08d}",
    )
    grant = a_grant(session, person, Role.READER, unit=unit, id=base + 5)
    deputy = a_person(session, name=f"Người {texts['deputy']}")
    a_grant(session, deputy, Role.READER, unit=unit)
    lent = a_delegation(session, grant, deputy, id=base + 11, reason=texts["lending"])
    visit = a_session(session, person, id=base + 10, browser=texts["browser"])
    lock = a_lock(session, 2024, 1, organisation=owner, id=base + 6, note=texts["lock"])
    request = _a_request(session, base + 7, entry.id, unit, texts["wish"])
    sent = a_submission(
        session, line, person, 13 * MILLION, id=base + 8, voucher=texts["waiting"], row_version=2
    )
    a_full_contract(session, project, base + 20, texts, size * 11 * MILLION)
    passkey = a_passkey(session, person, id=base + 9, name=texts["device"])
    difficulty_id, directive_id = _matters(session, act, project, owner, base, texts)
    file = a_file(
        session, project, id=base + 14, name=f"{texts['paper']}.pdf", note=texts["remark"]
    )
    an_answer(session, project, evidence=texts["amends"])
    a_pledge(session, project, pledged_by=texts["pledger"], document=texts["minutes"])
    a_week(session, project, volumes=texts["volumes"], assessment=texts["verdict"])
    a_site(session, project)
    a_milestone(session, project)
    a_clearance(session, project, note=texts["parcel"])
    point = a_point(
        session, project, id=base + 15, place=texts["stuck"], cause=texts["knot"],
        responsible=texts["duty"],
    )  # fmt: skip
    told = {"entries": 1, "code": project.code, "project": project.name, "day": "2025-04-29",
            "reason": texts["notice"]}  # fmt: skip
    notice = a_notice(session, person, project, id=base + 16, facts=told)
    session.commit()
    canaries = {name: (text,) for name, text in texts.items()}
    canaries |= {
        "code": (project.code,),
        "owner_code": (owner.code,),
        "username": (person.username,),
        "phone": (person.phone or "",),
        "planned": written(planned),
        "paid": written(paid),
        "invested": written(invested),
        "foreseen": written(foreseen),
        "left": written(planned - paid),
        "agreed": written(size * 11 * MILLION),
    }
    return Place(
        unit.id, unit.code, owner.id, owner.code, project.id, project.code, line.id, entry.id,
        person.username, grant.id, visit.id, sent.id, passkey.id, lent.id, 2, canaries, lock.id,
        request.id, difficulty_id, directive_id, base + 20, file.id, point.id, notice.id,
        base + 17,
    )  # fmt: skip


def _matters(
    session: Session,
    act: Act,
    project: Project,
    owner: Organisation,
    base: int,
    texts: Mapping[str, str],
) -> tuple[int, int]:
    """Let something stand in the project's way, and a leader direct the owner to clear it away."""
    difficulty = a_kept_difficulty(
        session, act, project, id=base + 12, description=texts["obstacle"],
        responsible_person=texts["culprit"],
    )  # fmt: skip
    rejoinder = reply_to_difficulty(
        session, act, ReplyToDifficulty(difficulty.id, texts["rejoinder"], f"k{base}")
    )
    a_file(
        session, project, subject="difficulty_step", subject_id=rejoinder.id,
        name=f"{texts['proof']}.pdf",
    )  # fmt: skip
    directive = a_kept_directive(
        session, act, project, owner, difficulty, id=base + 13, content=texts["command"],
        product=texts["product"],
    )  # fmt: skip
    answer = ReplyToDirective(directive.id, texts["promptly"], f"k{base}")
    step = session.get_one(DirectiveEntry, reply_to_directive(session, act, answer).id)
    a_directive_file(session, step, id=base + 17, name=f"{texts['exhibit']}.pdf")
    return difficulty.id, directive.id


def _a_request(session: Session, number: int, entry_id: int, unit: Unit, wish: str) -> Request:
    """Ask, as an officer of the unit, that an entry be reversed."""
    officer = an_act(session, Role.OFFICER, unit=unit)
    order = ReverseDisbursement(entry_id, f"{wish} đảo bút toán", f"{wish}-key")
    told = KINDS[RequestKind.REVERSE_DISBURSEMENT].tell(session, officer, order)
    return a_request(
        session,
        id=number,
        kind=RequestKind.REVERSE_DISBURSEMENT,
        payload=packed(order),
        reason=order.reason,
        asked_by=officer.actor.id,
        **{field.name: getattr(told, field.name) for field in fields(told)},
    )


def written(amount: int) -> tuple[str, ...]:
    """Return every way in which the screens and files write an amount of whole millions."""
    whole, rest = divmod(amount // MILLION, 1_000)
    forms = [f"{amount:,}", f"{amount // MILLION:,}", f"{whole:,}.{rest:03d}"]
    turned = [form.translate(str.maketrans(",.", ".,")) for form in forms]
    return tuple(dict.fromkeys([str(amount), *forms, *turned]))


def canaries_in(text: str, place: Place, *, but: tuple[str, ...] = ()) -> set[str]:
    """Return which canaries of a place a text holds, besides what the request itself said."""
    for said in but:
        for form in (said, quote(said, safe=""), quote(said)):
            text = text.replace(form, "")
    return {name for name, forms in place.canaries.items() if any(form in text for form in forms)}


@dataclass(frozen=True)
class Neighbourhood:
    """The place that is attacked, one beside it, and one whose path looks like its beginning."""

    attacked: Place
    sibling: Place
    look_alike: Place
    other_district: Unit


def a_neighbourhood(session: Session, act: Act) -> Neighbourhood:
    """Fill three communes of one district: the paths of two differ by a last digit."""
    district = a_district(session)
    look_alike = a_unit(session, district, id=7_001, code="97001")
    attacked = a_unit(session, district, id=70_010, code="97010")
    beside = a_unit(session, district, id=80_010, code="98010")
    assert attacked.path.startswith(look_alike.path[:-1])
    return Neighbourhood(
        a_full_place(session, act, attacked, "zqx", 1_391_846),
        a_full_place(session, act, beside, "wvk", 1_204),
        a_full_place(session, act, look_alike, "jfp", 1_307),
        a_district(session, "290"),
    )
