"""What every drawing keeps: escaped words, short coordinates, a frame that counts upwards."""

from markupsafe import Markup

from tests.drawing.reading import read
from tracker.drawing.svg import Frame, Size, drawing, escaped, number, polyline, text

HOSTILE = "</title><script>alert('1')</script>\x00\u202e&\"\ud800"


def test_words_cannot_leave_their_place() -> None:
    assert escaped(HOSTILE) == (
        "&lt;/title&gt;&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;&quot;"
    )


def test_a_hostile_title_and_text_stay_text() -> None:
    made = drawing(Size(10, 10), HOSTILE, HOSTILE, [text(0, 0, HOSTILE)], "probe")
    found = read(made)
    assert found.tags == ["svg", "title", "desc", "text"]
    assert found.texts["title"] == ["</title><script>alert('1')</script>&\""]


def test_vietnamese_words_pass_unchanged() -> None:
    words = "Đường trục Đông – Tây, 23,6 %"
    assert escaped(words) == words


def test_a_drawing_is_markup_and_says_its_size() -> None:
    made = drawing(Size(30, 20), "tên", "tả", [], "probe")
    assert isinstance(made, Markup)
    root = read(made).attributes[0]
    assert (root["viewBox"], root["role"]) == ("0 0 30 20", "img")


def test_a_coordinate_has_no_needless_zero() -> None:
    assert [number(12), number(12.04), number(-0.26)] == ["12", "12", "-0.3"]


def test_the_frame_counts_from_the_lower_left_corner() -> None:
    frame = Frame(left=10, top=0, right=110, bottom=50)
    assert (frame.x(0), frame.x(1), frame.y(0), frame.y(1)) == (10, 110, 50, 0)


def test_a_polyline_moves_once() -> None:
    assert polyline([(0, 1), (2.5, 3)]) == "M0 1L2.5 3"
