"""Text of others made ours: bytes read as what they are, and words without markup, tricks and rubbish."""

import codecs
import html
import re
import unicodedata
from contextlib import suppress

from charset_normalizer import from_bytes

from webapp.core.text import clean_html, plain

LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 20_000

# What our own pages use for the same.
OURS = {"b": "strong", "i": "em", "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "div": "p"}
# What calendars and tables are written in, besides UTF-8 and UTF-16. Fewer candidates, better guesses.
CANDIDATES = [
    *(
        "cp1252",
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "iso8859_2",
        "iso8859_5",
    ),
    *("koi8_r", "mac_roman", "cp437", "cp850", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
# What western European text beyond ASCII is made of, in cp1252.
WESTERN = frozenset(
    "äöüÄÖÜßéèêëàâáãåçñîïíìôòóõøúùûœæÿÉÈÊÀÂÁÃÅÇÑÎÍÔÓÕØÚÛŒÆ€–—‘’‚“”„•…«»°§®©™´·¡¿ºª²½¼×\xa0".encode("cp1252")
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS = tuple(mark for mark, encoding in BOMS if encoding != "utf-8")
SAMPLE = 200_000

DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""")
MARKUP = re.compile(r"<(?:[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>]*|/)?|/[A-Za-z][^<>]*|!(?:--|[A-Za-z])[^<>]*)>?")
# What only a known element makes markup: "a <b in the maths of a title" stays.
ELEMENT = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|font|footer|h[1-6]|head|"
    r"header|hr|html|i|iframe|img|ins|li|link|mark|meta|nobr|o:p|object|ol|p|pre|q|s|script|section|small|span|"
    r"strike|strong|style|sub|sup|svg|table|tbody|td|th|thead|title|tr|tt|u|ul|video|wbr)(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
HIDDEN = re.compile(
    r"<(script|style|title|template|iframe|object|svg|math|textarea)\b.*?(?:</\1\s*>|$)",
    re.IGNORECASE | re.DOTALL,
)
# <https://…>, <mailto:…> and <someone@…> are how mail programs write links into plain text.
POINTED = re.compile(r"<((?:https?://|mailto:)[^<>\s]+|[^<>\s@/]+@[^<>\s@]+\.[^<>\s@]+)>")
# Controls, marks that turn text around, marks of no width, private use.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff]"
)
# UTF-8 that was once read as cp1252 and written anew.
TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]"
)


def decoded(content: bytes) -> str:
    """What the bytes say: by their mark, as UTF-8 or -16, as declared, or as what they look like."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if (wide := _wide(content)) is not None:
        return content.decode(wide, "replace")
    if b"\x1b$" in content[:SAMPLE] and (japanese := _tried(content, "iso2022_jp")) is not None:
        return japanese
    content = content.replace(b"\x00", b"")
    text = _tried(content, "utf-8")
    return text if text is not None else _guessed(content)


def zero_bytes(content: bytes) -> list[int]:
    """The lines of text in which a zero byte stands, which no text has; `decoded` passes over them."""
    if 0 not in content or content.startswith((*_MARKS, b"PK")) or _wide(content) is not None:
        return []
    return [number for number, line in enumerate(re.split(rb"\r\n|\r|\n", content), 1) if 0 in line]


def title(text: str) -> str:
    """One line of plain text: without markup, entities, controls and double spaces."""
    bare = html.unescape(_readable(text[: 8 * LONGEST_TITLE]))
    bare = ELEMENT.sub(" ", HIDDEN.sub(" ", bare))
    line = " ".join(UNSEEN.sub("", html.unescape(bare) if "&" in bare else bare).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def description(text: str) -> str:
    """Safe HTML where the text has markup, else clean text with its paragraphs."""
    words = POINTED.sub(r"\1", _readable(text[: 2 * LONGEST_DESCRIPTION]))
    if not MARKUP.search(words):
        words = UNSEEN.sub("", html.unescape(words))
    if MARKUP.search(words):
        return _safe(words)
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_DESCRIPTION]


def _safe(markup: str) -> str:
    ours = re.sub(
        r"<(/?)(b|i|h[1256]|div)(?=[\s>/])", _our_element, HIDDEN.sub(" ", markup), flags=re.IGNORECASE
    )
    cleaned = clean_html(clean_html(ours)[:LONGEST_DESCRIPTION])
    cleaned = re.sub(r"<p>\s*</p>", "", cleaned)
    cleaned = "\n".join(line.strip() for line in UNSEEN.sub("", cleaned).splitlines() if line.strip())
    return cleaned if plain(cleaned) else ""


def _our_element(found: re.Match[str]) -> str:
    return f"<{found[1]}{OURS[found[2].lower()]}"


def _readable(text: str) -> str:
    if TWICE.search(text):
        with suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return unicodedata.normalize("NFC", UNSEEN.sub("", text))


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of what is mostly ASCII is nought."""
    head = content[:2000]
    if len(head) < 4 or head.count(0) < len(head) // 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) > max(even, odd) // 8:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _guessed(content: bytes) -> str:
    declared = DECLARED.search(content[:2000]) if content.lstrip()[:1] == b"<" else None
    if declared and (text := _tried(content, declared[1].decode("ascii"))) is not None:
        return text
    beyond = re.findall(rb"[\x80-\xff]+", content)
    mended = content.decode("utf-8", "replace")
    # Whole letters of UTF-8 with broken ones among them, cut or mixed by hand: nothing else makes so many.
    if mended.count("\ufffd") * 2 <= sum(ord(letter) > 127 for letter in mended):
        return content.decode("utf-8", "as_cp1252")
    high = b"".join(beyond)
    if sum(byte in WESTERN for byte in high) >= 0.95 * len(high):
        return content.decode("cp1252", "replace")
    lines = b"\n".join(line for line in re.split(rb"[\r\n]+", content) if not line.isascii())
    best = from_bytes(lines[:SAMPLE], cp_isolation=CANDIDATES, threshold=0.4).best()
    return content.decode(best.encoding if best else "cp1252", "replace")


def _as_cp1252(broken: UnicodeError) -> tuple[str, int]:
    if not isinstance(broken, UnicodeDecodeError):
        raise broken
    return broken.object[broken.start : broken.end].decode("cp1252", "replace"), broken.end


codecs.register_error("as_cp1252", _as_cp1252)


def _tried(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
