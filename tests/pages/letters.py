"""Messages in their states, a kept report, and the link that ends the news."""

import time

from playwright.sync_api import APIRequestContext
from sqlalchemy import text

from tests.factories.house import House
from webapp.core.ids import uuid7

Page = tuple[str, str, str] | tuple[str, str, str, int, tuple[tuple[str, str], ...]]

TEXT = "Hello {name},\n\ndoors open an hour before {time}. Your tickets: {ticket_link}\n\nSee you at {place}."


SOLD = text("""
    SELECT d.event_id FROM tickets t JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id WHERE g.slug = :slug AND t.state <> 'void'
    ORDER BY t.id DESC LIMIT 1
""")


def letters(house: House, owner: APIRequestContext, slug: str) -> list[Page]:
    """(name, path, role) of each; a draft, one that waits for its time, and one that was sent."""
    base = f"/staff/{slug}"
    with house.database.reading() as db:
        event_id = db.scalar(SOLD, {"slug": slug})
    ids = [_written(owner, base, event_id) for _ in range(3)]
    owner.post(f"{base}/messages/{ids[1]}/send", form={"at": "2099-05-01T10:00", "zone": "Europe/Lisbon"})
    owner.post(f"{base}/messages/{ids[2]}/send", form={})
    key = _sent(house, ids[2])
    report = {"id": str(uuid7()), "name": "Sales of yesterday", "sheet": "sales", "asked": "period=yesterday"}
    owner.post(f"{base}/reports/saved", form=report)
    pages = {
        "messages": "/messages",
        "message-new": "/messages/new",
        "message-form": f"/messages/new?event={event_id}",
        "message-waiting": f"/messages/new?who=waiting&event={event_id}",
        "message-orders": "/messages/new?who=orders",
        "message-edit": f"/messages/{ids[0]}/edit",
        "message-draft": f"/messages/{ids[0]}",
        "message-scheduled": f"/messages/{ids[1]}",
        "message-sent": f"/messages/{ids[2]}",
        "reports": "/reports",
        "report-kept": f"/reports/saved/{report['id']}",
        "report-keep": "/reports/saved/new?sheet=sales&asked=period=yesterday",
        "report-sales": "/reports/sales?period=all",
        "report-days": "/reports/sales?by=day&period=this-month",
        "report-money": "/reports/money?period=all",
        "report-attendance": "/reports/attendance",
        "report-hours": "/reports/attendance?by=hour",
        "report-vouchers": "/reports/vouchers",
        "report-answers": "/reports/answers?by=each",
        "report-counted": "/reports/answers",
        "report-numbers": "/reports/answers?by=numbers",
        "messages-none": "/messages?q=nobody-like-this&b-q=nobody",
        "report-tickets": "/reports/tickets?period=all",
        "report-none": "/reports/sales?since=1999-01-01&until=1999-01-02",
    }
    wrong = {
        "id": str(uuid7()),
        "who": "guests",
        "event": str(event_id),
        "subject": "",
        "body": "Hi {nobody}",
    }
    return [
        *((f"staff-{name}", base + path, "owner") for name, path in pages.items()),
        ("staff-message-refused", f"{base}/messages", "owner", 422, tuple(wrong.items())),
        ("staff-all-sales", "/staff/reports/sales?period=all", "operator"),
        ("news", f"/news/{key}", "nobody"),
    ]


def _written(owner: APIRequestContext, base: str, event_id: object) -> str:
    message = str(uuid7())
    form = {
        "id": message,
        "subject": "Doors at {time}",
        "body": TEXT,
        "event": str(event_id),
        "who": "guests",
    }
    said = owner.post(f"{base}/messages", form=form, max_redirects=0)
    assert said.status == 303, said.text()
    return message


def _sent(house: House, message_id: str) -> str:
    """Waits until it is on its way, and says what ends the news of one of its guests."""
    asked = text("SELECT secret FROM message_recipients WHERE message_id = CAST(:id AS uuid) LIMIT 1")
    for _ in range(200):
        with house.database.reading() as db:
            if key := db.scalar(asked, {"id": message_id}):
                return str(key)
        time.sleep(0.1)
    raise AssertionError("The message did not begin.")
