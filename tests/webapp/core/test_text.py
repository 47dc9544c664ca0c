import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core import text


def test_scripts_and_handlers_are_cut_out_of_organizers_text() -> None:
    dirty = '<p onclick="x()">Good <script>alert(1)</script><a href="javascript:x()">night</a></p>'
    assert text.clean_html(dirty) == '<p>Good <a rel="noopener noreferrer nofollow">night</a></p>'


def test_plain_text_keeps_the_words_and_the_breaks() -> None:
    assert (
        text.plain("<p>Doors &amp; bar 19:00</p><p>Show <em>20:00</em></p>")
        == "Doors & bar 19:00\nShow 20:00"
    )


@pytest.mark.parametrize(
    ("written", "searched"), [("Łódź Café", "lodz cafe"), ("Straße", "strasse"), ("São Paulo", "sao paulo")]
)
def test_marks_do_not_matter_when_searching(written: str, searched: str) -> None:
    assert text.folded(written) == searched


def test_a_slug_is_an_address() -> None:
    assert text.slug("Nagata Shachu: Oto no Nami!") == "nagata-shachu-oto-no-nami"


@given(st.text())
def test_a_line_has_no_line_breaks_and_no_control_characters(anything: str) -> None:
    line = text.one_line(anything)
    assert all(letter.isprintable() for letter in line)
    assert line == line.strip()


@given(st.text())
def test_cleaning_twice_changes_nothing(anything: str) -> None:
    once = text.clean_html(anything)
    assert text.clean_html(once) == once
