"""Keeps the catalogue of words: Vietnamese stands in the source, English in translations/en.

`check` fails when the source and the catalogue differ or an English entry has a gap;
`update` brings the catalogue up to the source; `compile` writes the .mo files the product reads.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
CATALOGUES = [FOLDER / language / "LC_MESSAGES" / "messages.po" for language in ("en",)]

METHODS = [("tracker/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false", "trimmed": "true"}}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "_listed": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
LINE_WIDTH = 100
# Lines of the head that only make branches collide.
RESTLESS = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team'
    rb"|Generated-By):.*\n",
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"%\((\w+)\)")

Name = tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Do what the only argument says and return the exit code."""
    match arguments:
        case ["check"]:
            return check()
        case ["update"]:
            return update()
        case ["compile"]:
            return compile_all()
    print(__doc__)
    return 2


def check() -> int:
    """Print every difference and gap; return 1 when there is one."""
    source = extract()
    faults = list(differences(TEMPLATE, source))
    for path in CATALOGUES:
        faults += differences(path, source)
        faults += gaps(path)
    for fault in faults:
        print(fault)
    if faults:
        print(f"{len(faults)} lỗi trong bản dịch; `make catalogue` cập nhật danh mục từ mã nguồn.")
    return 1 if faults else 0


def update() -> int:
    """Rewrite the catalogue where the source has changed, keeping what is translated."""
    source = extract()
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    if list(differences(TEMPLATE, source)):
        save(TEMPLATE, source)
    for path in CATALOGUES:
        if list(differences(path, source)):
            translated = read(path)
            translated.update(source, no_fuzzy_matching=True)
            save(path, translated)
        for gap in gaps(path):
            print(gap)
    return 0


def compile_all() -> int:
    """Write the .mo file beside each catalogue that is newer than it."""
    for path in filter(Path.exists, CATALOGUES):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        out = BytesIO()
        write_mo(out, read(path))
        fresh = compiled.with_suffix(".mo.new")
        fresh.write_bytes(out.getvalue())
        fresh.replace(compiled)
    return 0


def extract() -> Catalog:
    """Return the words that the source holds, in the order of the files."""
    source = new_catalogue(None)
    found = extract_from_dir(
        ROOT, METHODS, OPTIONS, KEYWORDS, comment_tags=("Dịch:",), strip_comment_tags=True
    )
    for file, _, text, comments, context in found:
        source.add(text, None, [(file, 0)], auto_comments=comments, context=context)
    return source


def new_catalogue(locale: str | None) -> Catalog:
    """Return an empty catalogue of the project."""
    return Catalog(
        locale=locale, project="tracker", version="1", header_comment="# tracker", fuzzy=False
    )


def read(path: Path) -> Catalog:
    """Return the stored catalogue, an empty one when there is no such file."""
    locale = None if path == TEMPLATE else path.parent.parent.name
    if not path.exists():
        return new_catalogue(locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def save(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue with file names and without line numbers, sorted by text."""
    out = BytesIO()
    write_po(
        out,
        catalogue,
        width=LINE_WIDTH,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(RESTLESS.sub(b"", out.getvalue()))


def differences(path: Path, source: Catalog) -> Iterator[str]:
    """Say what only the source or only the stored catalogue holds."""
    stored, wanted = names(read(path)), names(source)
    where = path.relative_to(ROOT)
    for name in sorted(wanted - stored):
        yield f"{where}: thiếu {show(name)}"
    for name in sorted(stored - wanted):
        yield f"{where}: thừa {show(name)}"


def gaps(path: Path) -> Iterator[str]:
    """Say which entries are untranslated, uncertain, or lose a placeholder."""
    where = path.relative_to(ROOT)
    catalogue = read(path)
    for message in entries(catalogue):
        if not all(texts(message.string)):
            yield f"{where}: chưa dịch {show(texts(message.id))}"
        elif message.fuzzy:
            yield f"{where}: bản dịch chưa chắc {show(texts(message.id))}"
        elif not keeps_placeholders(message):
            yield f"{where}: sai chỗ điền trong bản dịch của {show(texts(message.id))}"
        for error in message.check(catalogue):
            yield f"{where}: {show(texts(message.id))}: {error}"


def keeps_placeholders(message: Message) -> bool:
    """Tell whether a translation names what its source names; a plural form may name less."""
    named = set(PLACEHOLDER.findall(" ".join(texts(message.id))))
    forms = [set(PLACEHOLDER.findall(text)) for text in texts(message.string)]
    return all(form <= named for form in forms) and set().union(*forms) == named


def entries(catalogue: Catalog) -> Iterable[Message]:
    """Return the catalogue's entries without its head."""
    return (message for message in catalogue if message.id)


def names(catalogue: Catalog) -> set[Name]:
    """Return what makes each entry the one it is: its context and its source texts."""
    return {(message.context or "", *texts(message.id)) for message in entries(catalogue)}


def texts(value: str | Iterable[str] | None) -> Name:
    """Return one text, or the texts of a plural, as a tuple."""
    return (value or "",) if isinstance(value, str | None) else tuple(value)


def show(name: Name) -> str:
    """Return the texts as a person quotes them."""
    return " / ".join(f"«{text}»" for text in name if text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
