"""What people ask the search for; what cannot be understood is said, the rest is used."""

from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.catalog.queries.asked import SORTS, Search
from webapp.catalog.queries.days import month_of
from webapp.core.text import one_line
from webapp.web.filters import CATEGORIES

MOST_PAGES = 10_000
WHEN = ("today", "weekend", "week")
YES = ("1", "yes", "on")


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
        when=_when(args, wrong),
        since=since,
        until=until,
        price=0 if args.get("free") in YES else _number(args, "price", 1_000_000, wrong),
        available=args.get("available") in YES,
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
        wrong[name] = f"{typed[:20]} is no day; write it as 2026-12-05."
        return None
    return day


def _when(args: MultiDict[str, str], wrong: dict[str, str]) -> str:
    typed = args.get("when", "").strip()
    if typed and typed not in WHEN and not month_of(typed):
        wrong["when"] = f"{typed[:20]} is not known here; choose {', '.join(WHEN)} or a month: 2026-12."
        return ""
    return typed


def _number(
    args: MultiDict[str, str], name: str, most: int, wrong: dict[str, str], *, least: int = 0
) -> int | None:
    typed = args.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 9) or not least <= int(typed) <= most:
        wrong[name] = f"{typed[:20]} is no {name} between {least} and {most:,}."
        return None
    return int(typed)


def _one_of(args: MultiDict[str, str], name: str, known: dict[str, str], wrong: dict[str, str]) -> str:
    typed = args.get(name, "").strip()
    if typed and typed not in known:
        wrong[name] = f"{typed[:20]} is not known here; choose {', '.join(known)}."
        return ""
    return typed
