"""Text comes in as people meant it, and without what could do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.importing.readers import cleaning

GERMAN = "Frühlingsfest „Grüße“ – Straße, 5 €"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_bytes_are_read_in_their_encoding(encoding: str) -> None:
    text = f"BEGIN:VCALENDAR\r\nSUMMARY:{GERMAN}\r\nEND:VCALENDAR\r\n"
    assert cleaning.decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Праздник весны и труда в городском парке", "cp1251"),
        ("Праздник весны и труда в городском парке", "koi8_r"),
        ("Zażółć gęślą jaźń, święto miasta w Łodzi i Gdańsku", "cp1250"),
        ("京都の春祭りは四月に公園で行われます。", "shift_jis"),
        ("京都の春祭りは四月に公園で行われます。", "euc_jp"),
        ("京都の春祭りは四月に公園で行われます。", "iso2022_jp"),
        ("Café à Besançon, fête de l’été", "cp1252"),
    ],
)
def test_the_encodings_of_the_world_are_found(text: str, encoding: str) -> None:
    assert text in cleaning.decoded(f"SUMMARY:{text}\r\n".encode(encoding) * 3)


def test_a_broken_letter_among_whole_ones_spoils_only_itself() -> None:
    assert (
        cleaning.decoded("Grüße aus Köln, Tschüß ".encode() + b"M\xfcnchen")
        == "Grüße aus Köln, Tschüß München"
    )


def test_markup_declares_its_encoding() -> None:
    page = '<?xml version="1.0" encoding="iso-8859-2"?><a>Święto</a>'.encode("iso-8859-2")
    assert "Święto" in cleaning.decoded(page)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("  Two\t words\r\n here ", "Two words here"),
        ("Rock &amp; Roll", "Rock & Roll"),
        ("<b>Bold</b> claims", "Bold claims"),
        ("&lt;b&gt;Bold&lt;/b&gt; claims", "Bold claims"),
        ("I <3 you & 1 < 2", "I <3 you & 1 < 2"),
        ("vector<int> in C++", "vector<int> in C++"),
        ("A<script>alert(1)</script>B", "A B"),
        ("safe\u202etxt.exe\u200b\x00", "safetxt.exe"),
        ("FÃ¼r GrÃ¶ÃŸe", "Für Größe"),
        ("Cafe\u0301", "Café"),
        ("👩‍🚀 in space", "👩‍🚀 in space"),
        ("", ""),
    ],
)
def test_titles_are_one_plain_line(given: str, meant: str) -> None:
    assert cleaning.title(given) == meant


def test_a_title_ends_somewhere() -> None:
    assert len(cleaning.title("x" * 100_000)) == cleaning.LONGEST_TITLE


def test_plain_descriptions_keep_their_paragraphs() -> None:
    assert cleaning.description("One\r\n\r\n\r\n\r\nTwo  words &amp; more\x07") == "One\n\nTwo words & more"


def test_links_of_mail_programs_stay_as_text() -> None:
    assert cleaning.description("Join <https://x.example/a?b=1> now") == "Join https://x.example/a?b=1 now"


@pytest.mark.parametrize("wrap", [str, lambda text: text.replace("<", "&lt;").replace(">", "&gt;")])
@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "<iframe src=//evil.example></iframe>",
        "<style>*{display:none}</style>",
        "<svg><script>alert(1)",
    ],
)
def test_descriptions_do_no_harm(attack: str, wrap: object) -> None:
    assert callable(wrap)
    clean = cleaning.description(wrap(f"Before {attack} after"))
    for evil in ("<script", "onerror", "onload", "javascript:", "<iframe", "<style", "<svg", "<img"):
        assert evil not in clean.lower()
    assert clean.startswith("Before")


def test_markup_that_says_nothing_is_no_description() -> None:
    assert (
        cleaning.description(
            "<!DOCTYPE HTML><HTML><TITLE></TITLE><BODY><P DIR=LTR><SPAN></SPAN></P></BODY></HTML>"
        )
        == ""
    )


def test_formats_and_links_stay() -> None:
    clean = cleaning.description(
        '<p style="color:red">A <b>bold</b> <a href="https://x.example">link</a></p>'
    )
    link = '<a href="https://x.example" rel="noopener noreferrer nofollow">link</a>'
    assert clean == f"<p>A <strong>bold</strong> {link}</p>"


@given(st.binary(max_size=400))
def test_any_bytes_are_text(content: bytes) -> None:
    assert isinstance(cleaning.decoded(content), str)


@given(st.text(max_size=300))
def test_clean_text_has_nothing_hidden(text: str) -> None:
    for clean in (cleaning.title(text), cleaning.description(text)):
        assert not cleaning.UNSEEN.search(clean)
    assert "\n" not in cleaning.title(text)


def test_letters_that_lost_a_byte_spoil_no_others() -> None:
    broken = "2005年日本国際博覧会".encode().replace("博".encode(), b"\xe5?\x9a")
    assert cleaning.decoded(broken).startswith("2005年日本国際")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"title,start\r\nLamps\x00,2027-05-04\r\nNo\x00\x00", [2, 3]),
        ("title,start\nLamps,2027".encode("utf-16"), []),
        ("title,start\nLamps,2027".encode("utf-16-le"), []),
        (b"title", []),
    ],
)
def test_zero_bytes_are_found_by_line_and_passed_over(content: bytes, lines: list[int]) -> None:
    assert cleaning.zero_bytes(content) == lines
    assert "\x00" not in cleaning.decoded(content)
