"""The sentence for each refusal: why a rule said no, and what would be accepted."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.approval import (
    AlreadyReconciled,
    NeedsApproval,
    NotTheMaker,
    OwnWork,
    PlanReserved,
    RuleInThePast,
    SubmissionMoved,
)
from tracker.domain.attachments import FileRefused
from tracker.domain.contracts import BeforeSigning, ContractElsewhere, OverContractAdvance
from tracker.domain.cross_checks import UnitSuspected
from tracker.domain.disbursements import (
    AlreadyReversed,
    AmountOutOfBounds,
    BeforePlanYear,
    BelowZero,
    InTheFuture,
    LineClosed,
    NoteRequired,
    OverAdvance,
    OverInvestment,
    OverPlan,
    RecoveryNotPossible,
    ReversalOfReversal,
    SuspectedDuplicate,
)
from tracker.domain.ladder import BlockedBeyondRemaining, BlockedOutsideYear, NothingBlocked
from tracker.domain.periods import (
    AlreadyLocked,
    LockScope,
    MonthNotOver,
    NotLocked,
    OnlyInOpenPeriods,
    PeriodLocked,
    Strength,
)
from tracker.domain.plans import AllocationOverInvestment, PlanBelowDisbursed, TransferUnbalanced
from tracker.domain.pledges import (
    PledgeAfterClose,
    PledgedAlreadyDisbursed,
    PledgeDayPassed,
    PledgedBeyondPlan,
)
from tracker.domain.refusals import (
    AlreadyTaken,
    ChangedRequest,
    ReasonRequired,
    Refusal,
    StaleEdit,
)
from tracker.domain.requests import (
    AskerGone,
    NeedsSecondPerson,
    OwnRequest,
    RequestOutdated,
    RequestOver,
    TooManyRows,
)
from tracker.domain.tuning import ThresholdOutOfBounds, ThresholdsOutOfOrder, ThresholdUnchanged
from tracker.services.attachments import AlreadyWithdrawn, PartOfThread
from tracker.web.findings import finding_words, submission_state_words
from tracker.web.formats import day, dong, instant, number
from tracker.web.known import known_words
from tracker.web.tuning import threshold_name, threshold_value, value_words
from tracker.web.uploads import file_words

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    OverPlan: lambda r: _(
        "Vượt kế hoạch: chỉ còn %(remaining)s, đang nhập %(asked)s. Nhập tối đa %(remaining)s.",
        remaining=dong(r.remaining),
        asked=dong(r.asked),
    ),
    OverInvestment: lambda r: _(
        "Vượt tổng mức đầu tư: chỉ còn %(remaining)s, đang nhập %(asked)s.",
        remaining=dong(r.remaining),
        asked=dong(r.asked),
    ),
    OverAdvance: lambda r: _(
        "Thu hồi quá dư tạm ứng: dư tạm ứng còn %(outstanding)s.", outstanding=dong(r.outstanding)
    ),
    OverContractAdvance: lambda r: _(
        "Thu hồi quá dư tạm ứng của hợp đồng: hợp đồng này còn dư %(outstanding)s.",
        outstanding=dong(r.outstanding),
    ),
    ContractElsewhere: lambda _r: _("Hợp đồng không thuộc dự án này. Hãy chọn lại hợp đồng."),
    BeforeSigning: lambda r: _(
        "Hợp đồng ký ngày %(day)s. Hãy nhập từ ngày đó trở đi.", day=day(r.signed_on)
    ),
    NoteRequired: lambda r: _(
        "Nộp trả hoặc giảm quá %(most)s: hãy ghi lý do vào ghi chú, ít nhất 10 ký tự.",
        most=dong(r.most),
    ),
    BelowZero: lambda r: _(
        "Giảm quá số đã giải ngân: dòng vốn này mới giải ngân %(disbursed)s.",
        disbursed=dong(r.disbursed),
    ),
    AmountOutOfBounds: lambda _r: _("Số tiền không hợp với loại giải ngân. Hãy kiểm tra lại."),
    RecoveryNotPossible: lambda r: _(
        "Số thu hồi tạm ứng không hợp lệ: tối đa %(most)s.", most=dong(r.most)
    ),
    InTheFuture: lambda r: _(
        "Ngày %(day)s chưa đến. Chỉ nhập được đến ngày %(today)s.",
        day=day(r.day),
        today=day(r.today),
    ),
    BeforePlanYear: lambda r: _(
        "Kế hoạch này chỉ thanh toán từ ngày %(opens)s.", opens=day(r.opens_on)
    ),
    LineClosed: lambda r: _(
        "Dòng vốn này đã hết hạn giải ngân ngày %(deadline)s.", deadline=day(r.deadline)
    ),
    AlreadyReversed: lambda _r: _("Bút toán này đã được đảo trước đó."),
    ReversalOfReversal: lambda _r: _(
        "Không đảo được một bút toán đảo. Hãy nhập lại khoản giải ngân."
    ),
    SuspectedDuplicate: lambda r: _(
        "Chứng từ %(voucher)s ngày %(day)s, %(amount)s đã có trong sổ. "
        "Nếu đây là một khoản khác, hãy đánh dấu xác nhận rồi lưu lại.",
        voucher=r.voucher,
        day=day(r.day),
        amount=dong(r.amount),
    ),
    UnitSuspected: lambda r: _(
        "%(what)s Nếu số này đúng, hãy đánh dấu xác nhận rồi lưu lại.",
        what=finding_words(r.finding),
    ),
    PlanReserved: lambda r: _(
        "Kế hoạch còn %(remaining)s, nhưng %(waiting)s đã gửi và đang chờ duyệt; khoản này "
        "%(asked)s không còn chỗ.",
        remaining=dong(r.remaining),
        waiting=dong(r.waiting),
        asked=dong(r.asked),
    ),
    SubmissionMoved: lambda r: _(
        "Bút toán này nay ở trạng thái “%(state)s”. Hãy mở lại trang để xem.",
        state=submission_state_words(r.state),
    ),
    OwnWork: lambda _r: _(
        "Người nhập hoặc gửi không tự duyệt, trả lại, đối chiếu hay đặt quy định cho phần của "
        "mình. Hãy để người khác làm bước này."
    ),
    NotTheMaker: lambda _r: _("Chỉ người đã nhập bút toán này được sửa hoặc rút nó."),
    NeedsApproval: lambda _r: _(
        "Đơn vị này cần người thứ hai duyệt: hãy dùng nút đảo bút toán và ghi lý do, bút toán đảo "
        "sẽ được gửi duyệt."
    ),
    RuleInThePast: lambda r: _(
        "Quy định chỉ có hiệu lực từ hôm nay, %(today)s, hoặc sau đó.", today=day(r.today)
    ),
    PledgeDayPassed: lambda r: _(
        "Ngày cam kết phải từ hôm nay, %(today)s, trở đi.", today=day(r.today)
    ),
    PledgeAfterClose: lambda r: _(
        "Ngày cam kết phải nằm trong năm kế hoạch, từ %(first)s đến %(last)s.",
        first=day(r.opens_on),
        last=day(r.last_on),
    ),
    PledgedAlreadyDisbursed: lambda r: _(
        "Số cam kết phải lớn hơn số đã giải ngân: %(disbursed)s.", disbursed=dong(r.disbursed)
    ),
    PledgedBeyondPlan: lambda r: _(
        "Số cam kết không được lớn hơn kế hoạch vốn của năm: %(plan)s.", plan=dong(r.plan)
    ),
    BlockedBeyondRemaining: lambda r: _(
        "Chỉ phong tỏa được tối đa phần kế hoạch còn lại: %(remaining)s.",
        remaining=dong(r.remaining),
    ),
    BlockedOutsideYear: lambda r: _(
        "Ngày bắt đầu phải nằm trong năm kế hoạch, từ %(first)s đến %(last)s.",
        first=day(r.opens_on),
        last=day(r.last_on),
    ),
    NothingBlocked: lambda r: _(
        "Đến ngày %(day)s không có vốn nào bị phong tỏa, nên không có gì để gỡ.", day=day(r.day)
    ),
    ThresholdOutOfBounds: lambda r: _(
        "Giá trị phải từ %(least)s đến %(most)s.",
        least=value_words(r.unit, r.least),
        most=value_words(r.unit, r.most),
    ),
    ThresholdUnchanged: lambda _r: _("Giá trị này đang có hiệu lực rồi, không có gì để đổi."),
    ThresholdsOutOfOrder: lambda r: _(
        "Từ %(day)s, “%(lower)s” (%(low)s) không được lớn hơn “%(upper)s” (%(high)s).",
        day=day(r.day),
        lower=threshold_name(r.lower.code),
        low=threshold_value(r.lower),
        upper=threshold_name(r.upper.code),
        high=threshold_value(r.upper),
    ),
    AlreadyReconciled: lambda r: _("Bút toán %(id)s đã được đối chiếu trước đó.", id=r.entry_id),
    ChangedRequest: lambda _r: _(
        "Biểu mẫu này đã được lưu trước đó với nội dung khác; bản đã lưu được giữ nguyên. "
        "Hãy mở lại trang để nhập khoản mới."
    ),
    StaleEdit: lambda _r: _("Bản ghi vừa được người khác sửa. Hãy xem lại số mới trước khi lưu."),
    ReasonRequired: lambda _r: _("Hãy ghi lý do, ít nhất 10 ký tự."),
    AlreadyTaken: lambda r: _("“%(value)s” đã có rồi. Hãy chọn giá trị khác.", value=r.value),
    PlanBelowDisbursed: lambda r: _(
        "Không giảm được quá số chưa giải ngân: còn giảm được tối đa %(free)s.", free=dong(r.free)
    ),
    TransferUnbalanced: lambda r: _(
        "Điều chuyển phải cân bằng: tăng %(given)s, giảm %(taken)s.",
        given=dong(r.given),
        taken=dong(r.taken),
    ),
    AllocationOverInvestment: lambda r: _(
        "Vốn bố trí lũy kế vượt tổng mức đầu tư: còn bố trí được %(remaining)s.",
        remaining=dong(r.remaining),
    ),
    PeriodLocked: lambda r: _locked_words(r),
    OnlyInOpenPeriods: lambda r: _(
        "Số liệu đến hết %(until)s đã khóa mềm. Bút toán cần người thứ hai duyệt chỉ ghi được vào "
        "kỳ đang mở: hãy đề nghị mở lại kỳ.",
        until=day(r.until),
    ),
    MonthNotOver: lambda r: _(
        "Chỉ khóa được tháng đã hết: kỳ này hết ngày %(day)s.", day=day(r.until)
    ),
    AlreadyLocked: lambda _r: _("Kỳ này đã khóa như vậy, hoặc đã khóa chặt hơn, từ trước."),
    NotLocked: lambda _r: _("Kỳ này đã được mở lại trước đó."),
    NeedsSecondPerson: lambda _r: _(
        "Việc này cần hai người: một người đề nghị, một người khác duyệt."
    ),
    OwnRequest: lambda _r: _("Không ai tự duyệt đề nghị của chính mình. Hãy nhờ người khác duyệt."),
    RequestOver: lambda _r: _("Đề nghị này đã xong, hoặc đã hết hạn chờ. Hãy mở lại trang."),
    RequestOutdated: lambda _r: _(
        "Số liệu đã thay đổi từ khi đề nghị. Người đề nghị cần gửi lại đề nghị mới."
    ),
    AskerGone: lambda _r: _("Người đề nghị không còn tài khoản đang dùng. Không duyệt được nữa."),
    FileRefused: lambda r: file_words(r),
    PartOfThread: lambda _r: _(
        "Tệp là minh chứng của một ý kiến đã ghi nên không rút được. Hãy ghi ý kiến đính chính."
    ),
    AlreadyWithdrawn: lambda _r: _("Tệp này đã được rút trước đó."),
    TooManyRows: lambda r: _(
        "Một đề nghị giữ tối đa %(most)s dòng. Hãy chia nhỏ tệp.", most=number(r.most)
    ),
}


def _locked_words(refusal: PeriodLocked) -> str:
    """Return what is shut, by whom, since when, and what to do."""
    facts = {
        "until": day(refusal.until),
        "who": known_words(refusal.by),
        "at": instant(refusal.at),
        "scope": {
            LockScope.EVERYTHING: _("toàn tỉnh"),
            LockScope.TIER: _("cấp quản lý của dự án"),
            LockScope.ORGANISATION: _("chủ đầu tư này"),
        }[refusal.scope],
    }
    if refusal.strength is Strength.HARD:
        return _(
            "Số liệu đến hết %(until)s của %(scope)s đã khóa cứng (%(who)s khóa %(at)s). "
            "Hãy ghi vào ngày sau kỳ khóa, hoặc nhờ chuyên viên tổng hợp đề nghị mở lại.",
            **facts,
        )
    return _(
        "Số liệu đến hết %(until)s của %(scope)s đã khóa mềm (%(who)s khóa %(at)s): "
        "chỉ người có quyền khóa số liệu ghi được, kèm lý do.",
        **facts,
    )


def refusal_words(refusal: Refusal) -> str:
    """Return the sentence for a refusal."""
    sentence = _SENTENCES.get(type(refusal))
    if sentence is None:
        return _("Quy tắc không cho phép việc này. Hãy kiểm tra lại các số đã nhập.")
    return sentence(refusal)
