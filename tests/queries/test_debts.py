"""Report R8 is read from contracts, acceptances and payments, and agrees with flags F-16, F-17."""

from datetime import date

from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.contracts import a_contract, an_acceptance
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.people import EVERYTHING, Scope
from tracker.models import Organisation
from tracker.queries.debts import debts_on
from tracker.queries.flag_files import flag_file
from tracker.queries.standings import moment_on

DAY = date(2025, 4, 29)
MILLION = 10**6


def an_owing_project(session: Session, act: Act, owner: Organisation, accepted: int) -> str:
    """Make a project with 500 million allocated, 100 paid on one contract, work accepted."""
    project = a_project(session, owner=owner)
    line = a_plan_line(session, project, planned=500 * MILLION)
    contract = a_contract(session, act, project)
    an_acceptance(session, act, contract, accepted * MILLION, date(2025, 2, 3))
    a_disbursement(
        session, line, 100 * MILLION, posted_on=date(2025, 2, 10), contract_id=contract.id
    )
    return project.code


def test_each_project_owes_what_its_flags_say_and_nobody_else_reads_it(
    session: Session, act: Act
) -> None:
    board, other = an_organisation(session), an_organisation(session)
    codes = [an_owing_project(session, act, board, accepted) for accepted in (700, 90)]
    an_owing_project(session, act, other, 200)
    a_project(session, owner=board)  # without a contract: not looked at
    session.flush()
    found = {row.code: row.debt for row in debts_on(session, EVERYTHING, DAY, 30, board.code)}
    assert set(found) == set(codes)
    owing, settled = (found[code] for code in codes)
    assert (owing.arrears, owing.owed, owing.late) == (
        200 * MILLION, 600 * MILLION, 600 * MILLION,
    )  # fmt: skip
    assert (settled.arrears, settled.owed, settled.is_owed) == (0, 0, False)
    moment = moment_on(session, PlanYear(2025), DAY)
    for code, amount in ((FlagCode.F16, owing.arrears), (FlagCode.F17, owing.late)):
        file = flag_file(session, EVERYTHING, codes[0], code, moment)
        assert file is not None
        assert [flag.gap for flag in file.flags] == [amount]
    before = debts_on(session, EVERYTHING, date(2025, 2, 2), 30, board.code)
    assert [row.debt.owed for row in before] == [0, 0]  # nothing was accepted yet
    own = Scope(organisation_ids=frozenset({other.id}))
    assert len(debts_on(session, own, DAY, 30)) == 1
    assert debts_on(session, own, DAY, 30, board.code) == []
    with statements(session) as few:
        debts_on(session, own, DAY, 30)
    with statements(session) as many:
        debts_on(session, EVERYTHING, DAY, 30)
    assert len(few) == len(many)
