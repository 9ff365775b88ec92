"""What one look into an untrusted file finds, and how little time and memory it takes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.hostile_files import BOMBS, CONTENTS, HARMLESS, NAMES
from tracker.domain.attachments import MEGABYTE, FileFault, FileRefused, kind_of
from tracker.files.looking import Refused, look

SECONDS = 2.0
MOST_MEMORY = 100 * MEGABYTE
ALL_AT_ONCE = """
import json, re, sys, time
from pathlib import Path
from tracker.domain.attachments import kind_of
from tracker.files import looking
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
folder, told, before = Path(sys.argv[1]), {}, peak()
for file in sorted(folder.iterdir()):
    began = time.process_time()
    try:
        looking.look(kind_of(file.name, file.read_bytes()[:64]), file, folder, folder)
        fault = ""
    except looking.Refused as refused:
        fault = refused.fault.value
    told[file.name] = [fault, time.process_time() - began]
print(json.dumps([told, peak() - before]))
"""


@pytest.mark.parametrize(("name", "content", "fault"), CONTENTS)
def test_a_file_that_could_do_harm_is_refused(
    tmp_path: Path, name: str, content: Callable[[], bytes], fault: str
) -> None:
    source = tmp_path / "sent"
    source.write_bytes(content())
    with pytest.raises((FileRefused, Refused)) as refusal:
        look(kind_of(name, content()[:64]), source, tmp_path / "clean", tmp_path / "small")
    assert refusal.value.fault == fault


def test_bombs_are_refused_in_less_than_two_seconds_and_a_hundred_megabytes(tmp_path: Path) -> None:
    for number, (name, content, _fault) in enumerate(BOMBS):
        (tmp_path / f"{number:02d} {name}").write_bytes(content())
    command = [sys.executable, "-I", "-c", ALL_AT_ONCE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told, rise = json.loads(done.stdout)
    assert [fault for fault, _ in told.values()] == [fault for *_, fault in BOMBS]
    assert max(seconds for _, seconds in told.values()) < SECONDS
    assert rise < MOST_MEMORY


def test_more_than_sixty_ways_to_do_harm_are_tried() -> None:
    assert len(NAMES) + len(CONTENTS) + len(BOMBS) + len(HARMLESS) >= 100
    tried = {fault for _, fault in NAMES} | {fault for *_, fault in (*CONTENTS, *BOMBS)}
    elsewhere = {"too_large", "infected", "not_scanned", "no_room", "no_folder", "not_photograph"}
    assert tried | elsewhere == set(FileFault)
