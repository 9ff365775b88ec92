"""Words of this room: where a role holds, what was done to an account, why a rule said no."""

from collections.abc import Callable
from datetime import date, timedelta
from math import ceil
from typing import Any

from flask_babel import gettext as _

from tracker.domain.accounts import (
    LONGEST_NAME,
    AlreadyGranted,
    BeyondOwnScope,
    GrantOver,
    LastAdministrator,
    MoneyApart,
    NotLetIn,
    OwnAccount,
    OwnDeed,
    SystemAccount,
    TooManyAttempts,
    UnusableName,
    UnusableUsername,
)
from tracker.domain.delegations import (
    AlreadyLent,
    DelegationOver,
    NoSuchDelegate,
    NothingToLend,
    OnlyByTheHolder,
)
from tracker.domain.factors import (
    LastFactor,
    NoAuthenticator,
    UnusableLink,
    WrongCode,
    WrongPasskey,
    WrongRecoveryCode,
)
from tracker.domain.people import Role
from tracker.domain.provider import (
    AlreadyBound,
    LocalOff,
    NoOtherWay,
    NotBound,
    NothingToBindBy,
    NotTaken,
    ProviderDown,
    ProviderFault,
)
from tracker.domain.refusals import Flaw, ReasonRequired, Refusal
from tracker.services.history import IN_PLACE_OF
from tracker.services.passwords import PasswordFlaw, WeakPassword
from tracker.web import changes
from tracker.web.formats import day as write_day
from tracker.web.refusing import refusal_words
from tracker.web.session import clock
from tracker.web.words import factor_words, role_words


def place_words(scope_kind: str, place: str) -> str:
    """Return where a role holds; `scope_kind` is everything, unit, organisation or project."""
    if scope_kind == "project":
        return _("dự án %(name)s", name=place)
    return _("toàn tỉnh") if scope_kind == "everything" else place


def state_words(is_disabled: bool, must_change_password: bool) -> tuple[str, str]:
    """Return the state of an account in a word, and the kind of its tag."""
    if is_disabled:
        return _("Đã khóa"), "stopped"
    if must_change_password:
        return _("Chờ đặt mật khẩu"), "strong"
    return _("Đang dùng"), "done"


def last_day(until: date | None) -> date | None:
    """Return the last day of a span that ends before `until`."""
    return None if until is None else until - timedelta(days=1)


def deed_words(deed: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return what was done to an account, in a sentence."""
    plain = {
        "people.added": _("Mở tài khoản."),
        "people.disabled": _("Khóa tài khoản, kết thúc mọi phiên làm việc."),
        "people.enabled": _("Mở lại tài khoản."),
        "people.password_reset": _("Bỏ mật khẩu, cấp đường dẫn đặt mật khẩu mới."),
        "people.password_set": _("Tự đặt mật khẩu bằng đường dẫn."),
        "people.password_changed": _("Tự đổi mật khẩu."),
        "people.viewing_started": _("Bắt đầu xem như người này (chỉ xem)."),
        "people.viewing_ended": _("Thôi xem như người này."),
        "people.reviewed": _("Rà soát quyền của mọi tài khoản."),
        "people.binding_allowed": _("Cho gắn với nhà cung cấp danh tính, một lần."),
        "people.bound": _("Gắn với nhà cung cấp danh tính khi đăng nhập lần đầu."),
        "people.binding_forgotten": _("Bỏ gắn với nhà cung cấp danh tính, kết thúc mọi phiên."),
        "people.local_off": _("Tắt đăng nhập tại đây, kết thúc mọi phiên làm việc."),
        "people.local_on": _("Bật lại đăng nhập tại đây."),
        "people.session_ended": _("Tự kết thúc một phiên đăng nhập."),
        "people.factor_added": _("Thêm %(factor)s.", factor=factor_words(after.get("factor"))),
        "people.factor_removed": _("Bỏ %(factor)s.", factor=factor_words(after.get("factor"))),
        "people.recovery_codes_made": _("Tạo mã khôi phục mới."),
        "people.factors_reset": _("Đặt lại xác thực hai bước, kết thúc mọi phiên làm việc."),
        "people.sessions_ended": _(
            "Kết thúc %(number)s phiên đăng nhập.", number=after.get("sessions", "")
        ),
    }
    if deed == "people.granted":
        return _("Cấp vai trò %(grant)s.", grant=_grant_words(after))
    if deed == "people.grant_ended":
        return _("Thu hồi vai trò %(grant)s.", grant=_grant_words(before))
    if deed in {"people.delegated", "people.delegation_ended"}:
        return _delegation_words(deed, {**before, **after})
    if deed == "people.disabled" and "unused_days" in after:
        return _(
            "Phần mềm khóa tài khoản vì %(days)s ngày không dùng (giới hạn %(limit)s ngày).",
            days=after["unused_days"],
            limit=after["limit_days"],
        )
    if deed == "people.amended":
        amended = (
            _("%(field)s: “%(old)s” thành “%(new)s”", field=_field(name), old=old, new=new)
            for name, old, new in _differences(before, after)
        )
        return _("Sửa %(changes)s.", changes="; ".join(amended))
    return plain.get(deed) or f"{changes.deed_words(deed)}."


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    empty = _("chưa có")
    return [
        (name, before.get(name) or empty, new or empty)
        for name, new in after.items()
        if name != IN_PLACE_OF
    ]


def _field(name: str) -> str:
    return {"name": _("họ tên"), "email": _("thư điện tử"), "phone": _("điện thoại")}.get(
        name, name
    )


def _delegation_words(deed: str, told: dict[str, Any]) -> str:
    if deed == "people.delegation_ended":
        return _(
            "Kết thúc việc %(delegate)s làm thay %(lender)s với vai trò %(grant)s.",
            delegate=told["delegate"], lender=told["lender"], grant=_grant_words(told),
        )  # fmt: skip
    return _(
        "Ủy quyền để %(delegate)s làm thay %(lender)s với vai trò %(grant)s, đến hết %(day)s.",
        delegate=told["delegate"],
        lender=told["lender"],
        grant=_grant_words(told),
        day=write_day(date.fromisoformat(told["until"]) - timedelta(days=1)),
    )


def in_place_words(who: str, after: dict[str, Any]) -> str:
    """Return who did something, and in whose place when the right was lent."""
    lender = after.get(IN_PLACE_OF)
    return who if lender is None else _("%(who)s thay %(lender)s", who=who, lender=lender["name"])


def _grant_words(told: dict[str, Any]) -> str:
    return _(
        "“%(role)s”, %(place)s",
        role=role_words(Role(told["role"])),
        place=place_words(told["scope"], told.get("place", "")),
    )


def _wait(refusal: TooManyAttempts) -> str:
    minutes = max(1, ceil(seconds_left(refusal) / 60))
    return _(
        "Đã nhập sai quá nhiều lần. Hãy thử lại sau %(minutes)s phút, "
        "hoặc nhờ quản trị viên cấp lại.",
        minutes=minutes,
    )


def seconds_left(refusal: TooManyAttempts) -> int:
    """Return how many whole seconds are left to wait, at least one."""
    return max(1, ceil((refusal.until - clock().now()).total_seconds()))


def _own(refusal: OwnAccount) -> str:
    return {
        OwnDeed.GRANT: _("Không tự cấp vai trò cho mình. Hãy nhờ một quản trị viên khác cấp."),
        OwnDeed.END_GRANT: _(
            "Không tự thu hồi vai trò của mình. Hãy nhờ một quản trị viên khác thu hồi."
        ),
        OwnDeed.DISABLE: _(
            "Không tự khóa hay tự mở tài khoản của mình. Hãy nhờ một quản trị viên khác."
        ),
        OwnDeed.RESET_PASSWORD: _(
            "Mật khẩu của chính mình được đổi ở trang Đổi mật khẩu, bằng mật khẩu đang dùng."
        ),
        OwnDeed.VIEW: _("Đây là tài khoản của chính anh/chị: những gì đang thấy đã là của mình."),
        OwnDeed.SWITCH_LOCAL: _(
            "Không tự tắt hay tự bật đăng nhập tại đây cho mình. Hãy nhờ một quản trị viên khác."
        ),
        OwnDeed.RESET_FACTORS: _(
            "Xác thực hai bước của chính mình được sửa ở trang Bảo mật tài khoản."
        ),
    }[refusal.deed]


def _weak(refusal: WeakPassword) -> str:
    return {
        PasswordFlaw.TOO_SHORT: _(
            "Mật khẩu cần ít nhất %(least)s ký tự. Một câu dễ nhớ là tốt nhất.",
            least=refusal.least,
        ),
        PasswordFlaw.TOO_LONG: _("Mật khẩu dài tối đa %(most)s ký tự.", most=refusal.most),
        PasswordFlaw.EASY: _(
            "Mật khẩu này dễ đoán. Hãy dùng một câu riêng, không phải từ thông dụng hay dãy số."
        ),
        PasswordFlaw.COMMON: _(
            "Mật khẩu này gần giống mật khẩu nhiều người dùng đã bị lộ nên bị dò trước tiên. "
            "Hãy dùng một câu của riêng mình."
        ),
        PasswordFlaw.PERSONAL: _(
            "Mật khẩu chứa tên hoặc tài khoản của chính mình. Hãy dùng một câu khác."
        ),
    }[refusal.code]


def _not_taken(refusal: NotTaken) -> str:
    told = {
        ProviderFault.STATE: _(
            "Lần đăng nhập này đã dùng, đã quá 10 phút hoặc bắt đầu ở trình duyệt khác. "
            "Hãy bấm nút đăng nhập lại từ đầu."
        ),
        ProviderFault.DENIED: _(
            "Nhà cung cấp danh tính không cho đăng nhập, hoặc anh/chị đã thôi giữa chừng."
        ),
        ProviderFault.TOO_OLD: _(
            "Nhà cung cấp danh tính không cho biết vừa hỏi lại anh/chị. "
            "Hãy xác nhận bằng cách khác."
        ),
        ProviderFault.ANOTHER_PERSON: _(
            "Người vừa xác nhận không phải chủ của phiên làm việc này. Hãy xác nhận lại."
        ),
    }
    return told.get(refusal.fault) or _(
        "Câu trả lời của nhà cung cấp danh tính không được nhận. Hãy thử lại; nếu vẫn vậy, hãy "
        "đăng nhập bằng mật khẩu và báo quản trị viên."
    )


_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    NotLetIn: lambda _r: _(
        "Tài khoản hoặc mật khẩu không đúng. Hãy kiểm tra phím Caps Lock và bộ gõ rồi nhập lại; "
        "nếu quên mật khẩu, hãy nhờ quản trị viên cấp đường dẫn đặt lại."
    ),
    TooManyAttempts: _wait,
    WrongCode: lambda _r: _(
        "Mã không đúng, đã hết hạn hoặc đã dùng. Hãy đợi mã mới trên ứng dụng rồi nhập lại; "
        "giờ trên điện thoại phải đúng."
    ),
    WrongRecoveryCode: lambda _r: _(
        "Mã khôi phục không đúng hoặc đã dùng: mỗi mã chỉ dùng một lần. "
        "Hãy nhập một mã khác trong danh sách đã lưu."
    ),
    NoAuthenticator: lambda _r: _(
        "Tài khoản này không có ứng dụng xác thực. Hãy dùng khóa truy cập, "
        "hoặc nhập một mã khôi phục."
    ),
    WrongPasskey: lambda _r: _("Khóa truy cập không được nhận. Hãy thử lại, hoặc dùng cách khác."),
    LastFactor: lambda _r: _(
        "Vai trò của anh/chị bắt buộc xác thực hai bước, và đây là cách cuối cùng. "
        "Hãy thêm một cách khác trước."
    ),
    UnusableLink: lambda _r: _(
        "Đường dẫn này không dùng được: đã dùng, đã hết hạn hoặc đã có đường dẫn mới hơn. "
        "Hãy nhờ quản trị viên cấp lại."
    ),
    NotTaken: _not_taken,
    ProviderDown: lambda _r: _(
        "Nhà cung cấp danh tính đang không trả lời. Hãy đăng nhập bằng mật khẩu, hoặc thử lại sau."
    ),
    NotBound: lambda _r: _(
        "Định danh này chưa gắn với tài khoản nào đang mở ở đây. Hãy đăng nhập bằng mật khẩu, "
        "hoặc nhờ quản trị viên cho gắn."
    ),
    AlreadyBound: lambda _r: _("Tài khoản đã gắn với một định danh. Hãy bỏ gắn trước."),
    NothingToBindBy: lambda _r: _(
        "Tài khoản chưa có thư điện tử để so. Hãy ghi thư điện tử trước."
    ),
    NoOtherWay: lambda _r: _(
        "Người này sẽ không còn đường nào để vào. Hãy cho gắn với nhà cung cấp danh tính trước khi "
        "tắt đăng nhập tại đây, và bật lại đăng nhập tại đây trước khi bỏ gắn."
    ),
    LocalOff: lambda _r: _(
        "Đăng nhập tại đây của người này đang tắt, nên mật khẩu không mở được gì. "
        "Hãy bật lại trước."
    ),
    OwnAccount: _own,
    WeakPassword: _weak,
    BeyondOwnScope: lambda _r: _(
        "Phạm vi này không có, hoặc rộng hơn phạm vi quản lý của anh/chị. "
        "Hãy chọn phạm vi khác, hoặc nhờ quản trị viên của tỉnh."
    ),
    MoneyApart: lambda r: _(
        "Một người không giữ cả vai trò “%(role)s” và “%(held)s”: quản trị tài khoản tách khỏi "
        "việc làm thay đổi số tiền. Hãy thu hồi vai trò kia trước, hoặc cấp cho người khác.",
        role=role_words(r.role),
        held=role_words(r.held),
    ),
    ReasonRequired: lambda _r: _(
        "Cấp vai trò quản trị hoặc lãnh đạo cần người thứ hai duyệt: hãy ghi lý do, "
        "ít nhất 10 ký tự."
    ),
    LastAdministrator: lambda _r: _(
        "Đây là quản trị viên toàn tỉnh cuối cùng. Hãy cấp vai trò Quản trị toàn tỉnh, không thời "
        "hạn, cho một người khác trước."
    ),
    AlreadyGranted: lambda _r: _(
        "Người này đã có vai trò đó ở phạm vi đó trong thời gian này. Hãy chọn vai trò, "
        "phạm vi hoặc thời gian khác."
    ),
    GrantOver: lambda _r: _(
        "Thời gian của vai trò phải bắt đầu từ hôm nay trở đi và kết thúc sau khi bắt đầu."
    ),
    NoSuchDelegate: lambda _r: _(
        "Không có tài khoản đang dùng nào tên như vậy trong phạm vi của người ủy quyền. "
        "Hãy chọn trong danh sách gợi ý."
    ),
    NothingToLend: lambda _r: _(
        "Chỉ ủy quyền được vai trò của chính mình đang có hiệu lực từ ngày bắt đầu."
    ),
    DelegationOver: lambda _r: _(
        "Thời gian ủy quyền phải bắt đầu từ hôm nay trở đi và dài nhất một năm."
    ),
    OnlyByTheHolder: lambda refusal: _(
        "Chỉ chính người giữ vai trò “%(role)s” mới ủy quyền được vai trò đó.",
        role=role_words(refusal.role),
    ),
    AlreadyLent: lambda _r: _(
        "Vai trò này đã được ủy quyền cho người đó trong thời gian này. Hãy kết thúc lần trước."
    ),
    SystemAccount: lambda _r: _("Đây là tài khoản của chính phần mềm, không sửa được."),
    UnusableName: lambda refusal: {
        Flaw.EMPTY: _("Hãy nhập họ và tên."),
        Flaw.TOO_LONG: _("Dài quá %(max)s ký tự.", max=LONGEST_NAME),
    }.get(refusal.code, _("Có ký tự không hiển thị được. Hãy xóa và gõ lại dòng này.")),
    UnusableUsername: lambda _r: _(
        "Tên tài khoản cần 2 đến 32 ký tự: chữ thường không dấu và số, có thể ngăn bằng một dấu "
        "chấm, gạch nối hoặc gạch dưới, bắt đầu bằng chữ. Ví dụ: hanh.nguyen."
    ),
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of the house."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)
