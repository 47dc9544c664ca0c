"""The pages of the staff area, once: the navigation shows them and the search finds them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """One page of an organizer: the key that its template calls itself by, and what one must be allowed.

    `words` are what else people call it; one that is not `listed` is found by search and by its links only.
    """

    key: str
    name: str
    path: str
    action: str
    words: str = ""
    listed: bool = True


AREAS = (
    Area("today", "Today", "", "event.view", "start home to do"),
    Area("sale", "Sale cockpit", "/sale", "sale.view", "live holds revenue wall"),
    Area("wall", "Sale on the wall", "/wall", "sale.view", "screen big figures", listed=False),
    Area("rooms", "Waiting rooms", "/rooms", "sale.view", "queue line"),
    Area("orders", "Orders", "/orders", "order.view", "buyers payments refunds"),
    Area("attendees", "Attendees", "/attendees", "order.view", "guests tickets holders names"),
    Area("messages", "Messages", "/messages", "message.view", "mails write guests bounces"),
    Area("reports", "Reports", "/reports", "report.view", "sales attendance answers export excel csv"),
    Area("events", "Events", "/events", "event.view", "programme drafts"),
    Area("calendar", "Calendar", "/calendar", "event.view", "month week conflicts"),
    Area("dates", "All dates", "/dates", "event.view", "shows", listed=False),
    Area("new-event", "New event", "/events/new", "event.add", "create add draft", listed=False),
    Area("bin", "Bin", "/events/bin", "event.view", "deleted drafts trash", listed=False),
    Area("venues", "Venues", "/venues", "venue.edit", "halls places"),
    Area("plans", "Seat plans", "/plans", "plan.edit", "seats halls", listed=False),
    Area("imports", "Imports", "/imports", "import.edit", "calendar ics csv feed upload season"),
    Area("vouchers", "Vouchers", "/vouchers", "voucher.edit", "codes discounts"),
    Area("requests", "Requests", "/requests", "order.approve", "approve applications ask"),
    Area("counter", "Counter", "/counter", "sale.counter", "box office till cash sell guest list"),
    Area("door", "Door", "/door", "door.scan", "check in scan tickets"),
    Area("audit", "History", "/audit", "audit.view", "audit log changes"),
    Area("team", "Team", "/team", "team.edit", "people roles members"),
    Area("roles", "What each role may do", "/roles", "event.view", "rights permissions", listed=False),
    Area("organizer", "Organizer", "/organizer", "organizer.edit", "settings fees name"),
)
