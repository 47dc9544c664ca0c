"""A guest's way to a ticket by forms alone."""

import re
from dataclasses import dataclass

from playwright.sync_api import APIRequestContext

GUEST = "amara@example.org"
ANSWERS = r'name="((?:holder|answer)-[^"]+)"'


@dataclass(frozen=True)
class Shop:
    """A guest's way through the forms, as a browser without scripts sends them."""

    visitor: APIRequestContext

    def hold(self, slug: str, date_id: str, quantity: int = 2) -> str:
        """Hold places of the first kind; gives the hold's checkout address."""
        page = self.visitor.get(f"/events/{slug}?date={date_id}").text()
        event = found(r'name="event" value="([^"]*)"', page)
        wish = {found(r'name="(qty-[0-9a-f-]{36})"', page): str(quantity)}
        basket = self.visitor.post("/basket/hold", form={"event": event, "date": date_id, **wish})
        return found(r'"(/checkout/[0-9a-f-]{36})"', basket.text())

    def order(self, checkout: str, email: str = GUEST) -> str:
        """Place the order; gives where its payment waits, or the order's own page when it is free."""
        page = self.visitor.get(checkout).text()
        form = dict.fromkeys(re.findall(ANSWERS, page), "")
        form |= {"name": "Amara Okafor", "email": email}
        return self.visitor.post(checkout, form=form, max_redirects=0).headers["location"]

    def pay(self, hosted: str, action: str = "pay") -> str:
        """Press a button on the provider's page; gives the order's address."""
        url = self.visitor.get(hosted).url
        return self.visitor.post(url, form={"action": action}, max_redirects=0).headers.get("location", "")


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, f"{pattern} is not in the page:\n{page[:2000]}"
    return match.group(1)
