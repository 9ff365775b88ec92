"""`tracker import boundaries`: loads the outlines of units from a GeoJSON file."""

import argparse
from pathlib import Path

from tracker.cli.database import check_schema, opened, read_settings, writing
from tracker.cli.imports import act_of, content_of
from tracker.cli.speech import CannotGoOn, Exit, complain, number, printable, say
from tracker.clock import Clock
from tracker.domain.refusals import Malformed, OutOfScope
from tracker.domain.shapes import MOST_POINTS, ShapeFault
from tracker.domain.text import clean_line
from tracker.files.maps import MOST_FEATURES, MapFault, UnreadableMap, read_map
from tracker.services.boundaries import (
    BoundariesLoaded,
    Feature,
    LoadBoundaries,
    load_boundaries,
)

_SHOWN = 20
_LONGEST_REASON = 500


def import_boundaries(asked: argparse.Namespace) -> int:
    """Load one file and return the exit code.

    Raises:
        CannotGoOn: the file is no map, the reason cannot be kept, or the account has no right
            to it.
    """
    settings = read_settings()
    path = Path(asked.file)
    features = _features(path, asked.code)
    day = asked.on or Clock(settings.today).today()
    source = printable(asked.source or path.name)[:200]
    order = LoadBoundaries(features, day, source, _reason(asked.reason))
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            act = act_of(session, settings, asked.username)
            try:
                loaded = load_boundaries(session, act, order)
            except OutOfScope:
                raise CannotGoOn("Tài khoản này không có quyền nạp địa giới.") from None
            if asked.dry_run:
                session.rollback()
    return _tell(loaded, is_trial=asked.dry_run)


def _reason(text: str | None) -> str | None:
    try:
        return clean_line(text or "", _LONGEST_REASON) or None
    except Malformed:
        raise CannotGoOn(
            f"Lý do ở --reason dài quá {number(_LONGEST_REASON)} ký tự, hoặc có ký tự không hiển"
            " thị được."
        ) from None


def _features(path: Path, code_name: str) -> tuple[Feature, ...]:
    try:
        found = read_map(content_of(path), code_name)
    except UnreadableMap as fault:
        raise CannotGoOn(_words(fault, code_name)) from None
    return tuple(Feature(code, geometry) for code, geometry in found)


def _words(fault: UnreadableMap, code_name: str) -> str:
    return {
        MapFault.TOO_LARGE: "Tệp lớn hơn 50 MB: hãy giản lược đường địa giới trước.",
        MapFault.NO_JSON: "Tệp không phải JSON đọc được.",
        MapFault.NO_COLLECTION: (
            "Tệp phải là GeoJSON FeatureCollection có từ một đến"
            f" {number(MOST_FEATURES)} đối tượng."
        ),
        MapFault.NO_CODE: (
            f"Đối tượng thứ {number(fault.place)} không có mã ở thuộc tính"
            f" “{printable(code_name)}”: chọn thuộc tính khác bằng --code."
        ),
    }[fault.fault]


def _tell(loaded: BoundariesLoaded, *, is_trial: bool) -> int:
    faults = {
        ShapeFault.KIND: "không phải Polygon hoặc MultiPolygon",
        ShapeFault.RING: "có vòng không khép kín",
        ShapeFault.PLACE: "có điểm không phải kinh độ, vĩ độ",
        ShapeFault.TOO_FINE: f"có hơn {number(MOST_POINTS)} điểm",
    }
    for code, fault in loaded.faults[:_SHOWN]:
        complain(f"Mã {printable(code)}: {faults[fault]}.")
    for code in loaded.doubled[:_SHOWN]:
        complain(f"Mã {printable(code)}: có hai lần trong tệp.")
    if loaded.faults or loaded.doubled:
        complain("Không ghi gì: sửa các lỗi trên rồi nạp lại cả tệp.")
        return Exit.REFUSED
    if loaded.unknown:
        shown = ", ".join(printable(code) for code in loaded.unknown[:_SHOWN])
        more = "…" if len(loaded.unknown) > _SHOWN else ""
        complain(f"{number(len(loaded.unknown))} mã không có đơn vị của ngày ấy: {shown}{more}")
    if is_trial:
        say("Chạy thử: tệp nạp được, chưa ghi gì.")
    say(
        f"Thêm {number(loaded.made)} địa giới, sửa {number(loaded.changed)},"
        f" giữ nguyên {number(loaded.unchanged)};"
        f" {number(loaded.without)} đơn vị của ngày ấy chưa có địa giới."
    )
    return Exit.DONE if loaded.made + loaded.changed + loaded.unchanged else Exit.REFUSED
