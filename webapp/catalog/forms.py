"""What people ask the search for; what cannot be understood is said, the rest is used."""

from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.catalog.queries.search import SORTS, WHEN, Search
from webapp.core.text import one_line
from webapp.web.filters import CATEGORIES

MOST_PAGES = 500


def search(args: MultiDict[str, str]) -> Search:
    """Read a search from an address; nothing in it can fail."""
    wrong: dict[str, str] = {}
    categories = tuple(dict.fromkeys(c for c in args.getlist("category") if c in CATEGORIES))
    if len(categories) < len(set(args.getlist("category"))):
        wrong["category"] = "One kind is not known; the kinds stand beside the results."
    since, until = _day(args, "from", wrong), _day(args, "to", wrong)
    if since and until and until < since:
        wrong["to"] = "The last day lies before the first; only the first is used."
        until = None
    return Search(
        q=one_line(args.get("q", ""))[:100],
        city=one_line(args.get("city", ""))[:80],
        categories=categories,
        when=_one_of(args, "when", WHEN, wrong),
        since=since,
        until=until,
        price=_number(args, "price", 1_000_000, wrong),
        free=args.get("free") in ("1", "yes", "on"),
        available=args.get("available") in ("1", "yes", "on"),
        sort=_one_of(args, "sort", SORTS, wrong) or "date",
        page=_number(args, "page", MOST_PAGES, wrong, least=1) or 1,
        wrong=wrong,
    )


def _day(args: MultiDict[str, str], name: str, wrong: dict[str, str]) -> date | None:
    typed = args.get(name, "").strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        wrong[name] = f"{typed[:20]} is no day. Write it as 2026-12-05; it is left out for now."
        return None
    return day


def _number(
    args: MultiDict[str, str], name: str, most: int, wrong: dict[str, str], *, least: int = 0
) -> int | None:
    typed = args.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 9) or not least <= int(typed) <= most:
        wrong[name] = f"{typed[:20]} is no {name} between {least} and {most:,}; it is left out for now."
        return None
    return int(typed)


def _one_of(args: MultiDict[str, str], name: str, known: dict[str, str], wrong: dict[str, str]) -> str:
    typed = args.get(name, "").strip()
    if typed and typed not in known:
        wrong[name] = f"{typed[:20]} is not known here; choose {', '.join(known)}."
        return ""
    return typed
