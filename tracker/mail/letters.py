"""Writes a letter: plain text and simple markup, links to pages and never a token in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tracker.domain.outbox import MailKind, Relay
from tracker.mail.tongue import Tongue, tongue_of
from tracker.mail.words import kind_words, sentence
from tracker.services.outbox import Letter

FOLDER = Path(__file__).parent.parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a letter says, and the page where it can be looked at."""

    words: str
    url: str = ""


def write_letter(letter: Letter, relay: Relay, now: datetime, code: str = "") -> EmailMessage:
    """Return the letter as it is handed to the relay; `code` proves an address.

    Raises:
        ValueError: the address is none that a letter can be sent to.
    """
    tongue = tongue_of(letter.language)
    _ = tongue.say
    subject = _subject(letter, tongue)
    greeting = _("Kính gửi %(name)s,", name=letter.name)
    lines = _lines(letter, relay, tongue, code)
    foot = _foot(letter, relay, tongue)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_("Theo dõi đầu tư công"), addr_spec=relay.sender)
    message["To"] = Address(letter.name, addr_spec=letter.address)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.message_id}@{relay.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(_plain(greeting, lines, foot))
    message.add_alternative(
        _template().render(
            language=letter.language,
            subject=subject,
            greeting=greeting,
            lines=lines,
            open_words=_("Mở trang"),
            foot=foot,
        ),
        subtype="html",
    )
    return message


def _subject(letter: Letter, tongue: Tongue) -> str:
    """Return the subject: what it is about, without any name or figure of the records."""
    _ = tongue.say
    if letter.kind is MailKind.ADDRESS:
        return _("Xác nhận địa chỉ thư")
    if letter.kind is MailKind.DIGEST:
        return _("Thông báo trong ngày")
    return kind_words(letter.notices[0].kind, tongue)


def _lines(letter: Letter, relay: Relay, tongue: Tongue, code: str) -> list[Line]:
    _ = tongue.say
    if letter.kind is MailKind.ADDRESS:
        words = _("Mã xác nhận địa chỉ này là %(code)s. Mã dùng được trong 24 giờ.", code=code)
        return [Line(words, f"{relay.link_base}/notices/preferences")]
    lines = [
        Line(sentence(one.kind, one.facts, tongue), f"{relay.link_base}/notices/{one.id}")
        for one in letter.notices
    ]
    if letter.more:
        words = _("Còn thông báo khác: %(count)s.", count=tongue.number(letter.more))
        lines.append(Line(words, f"{relay.link_base}/notices"))
    return lines


def _foot(letter: Letter, relay: Relay, tongue: Tongue) -> list[str]:
    _ = tongue.say
    if letter.kind is MailKind.ADDRESS:
        return [_("Nếu anh/chị không yêu cầu, hãy bỏ qua thư này.")]
    return [
        _("Thư gửi tự động, xin không trả lời. Trang chỉ mở sau khi đăng nhập."),
        _("Chọn cách nhận thông báo: %(url)s", url=f"{relay.link_base}/notices/preferences"),
    ]


def _plain(greeting: str, lines: Sequence[Line], foot: Sequence[str]) -> str:
    parts = [greeting, *(f"{line.words}\n{line.url}".rstrip() for line in lines), *foot]
    return "\n\n".join(parts) + "\n"


@cache
def _template() -> Template:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    ).get_template("mail/letter.html")
