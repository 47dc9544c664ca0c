"""What somebody searches for, as an address says it."""

from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from webapp.core.text import slug

SORTS = {"date": "Date", "best": "Best match", "new": "Newest", "price": "Price", "left": "Nearly gone"}


@dataclass(frozen=True)
class Search:
    """`price` is the most a ticket may cost, in whole units of whatever currency; 0 is free.

    `when` is today, weekend, week or a month such as 2026-12. `wrong` holds a sentence for each
    value that was left out because it could not be understood.
    """

    q: str = ""
    city: str = ""
    categories: tuple[str, ...] = ()
    when: str = ""
    since: date | None = None
    until: date | None = None
    price: int | None = None
    available: bool = False
    sort: str = "date"
    page: int = 1
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def city_slug(self) -> str:
        return slug(self.city)

    def query(self, **changes: object) -> str:
        """The address of this search with something changed; what is not asked for is left out."""
        one = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # names of our own fields
        pairs: list[tuple[str, object]] = [("q", one.q), ("city", one.city)]
        pairs += [("category", category) for category in one.categories]
        pairs += [("when", one.when), ("from", one.since), ("to", one.until)]
        pairs += [("price", "" if one.price is None else str(one.price)), ("available", int(one.available))]
        pairs += [
            ("sort", one.sort if one.sort != "date" else ""),
            ("page", one.page if one.page > 1 else ""),
        ]
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"/search?{query}" if query else "/search"

    def at_page(self, number: int) -> str:
        return self.query(page=number)

    def values(self) -> dict[str, str]:
        """What the fields of the form show."""
        return {
            "q": self.q,
            "city": self.city,
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
        }
