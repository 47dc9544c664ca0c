"""Text from people: cleaned, folded for search, made into addresses."""

import re
import unicodedata

import nh3

_ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote"}
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "ı": "i",
    }
)


def clean_html(text: str) -> str:
    """Organizers' text with only harmless tags left; links open without a referrer."""
    return nh3.clean(
        text,
        tags=_ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def plain(html: str) -> str:
    """The words of cleaned HTML, for summaries, calendars and mails."""
    spaced = re.sub(r"</(p|li|h3|h4|blockquote)>|<br\s*/?>", "\n", html)
    stripped = nh3.clean(spaced, tags=set())
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        stripped = stripped.replace(entity, letter)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+", " ", stripped)).strip()


def folded(text: str) -> str:
    """Lower case without marks, for searching: `Łódź Café` becomes `lodz cafe`."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS_WITHOUT_DECOMPOSITION))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def words(text: str, *, most: int = 8) -> list[str]:
    """The folded words of what somebody typed, without any signs: safe inside a text search query."""
    return re.findall(r"[^\W_]+", folded(text))[:most]


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most 80 characters; may be empty."""
    words = re.findall(r"[a-z0-9]+", folded(text))
    return "-".join(words)[:80].rstrip("-")


def one_line(text: str) -> str:
    """Spaces collapsed and control characters gone: fit for names and mail headers."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def email_address(text: str) -> str:
    """The address as it can be written to, its domain in ASCII; `ValueError` says what would be right."""
    address = text.strip()
    user, at, domain = address.rpartition("@")
    if not at or not user or not domain:
        raise ValueError("Write an address such as amara@example.org.")
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", user):
        raise ValueError("Before the @ only plain letters, figures and signs such as . and - work.")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    if "." not in domain.strip("."):
        raise ValueError("This address has no ending. Write it whole, such as amara@example.org.")
    if not re.fullmatch(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", domain):
        raise ValueError("What stands after the @ is no address. Write it such as amara@example.org.")
    if len(user) + len(domain) > 253:
        raise ValueError("This address is longer than addresses can be.")
    return f"{user}@{domain}"
