"""What staff find and list while the database grows from a thousand tickets to a million."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from bench.browser import Browser
from bench.figures import median
from bench.growing import rows
from bench.growth import SEATED
from bench.pace import Pace
from bench.results import Result
from bench.sale import event_with_room
from bench.stack import Stack
from webapp.demo.load import PASSWORD

FEW, MANY = 1_000, 1_000_000
ASKED = 15
# Everybody in the grown orders has one name, which is the worst that a search by a name can meet.
ADDRESSES = {
    "find_code": ("a code typed into the field", "/search?q={code}"),
    "find_mail": ("the beginning of an address typed into it", "/search?q=amara-{number}"),
    "find_name": ("a name that every order has", "/search?q=amara+okafor"),
    "find_nobody": ("a name that nobody has", "/search?q=zebedee"),
    "list_orders": ("the first page of orders", "/orders"),
    "list_orders_named": ("orders with a name that every order has", "/orders?q=okafor"),
    "list_orders_event": ("orders of the events with a word in their title", "/orders?event=growing"),
    "list_attendees": ("the first page of attendees", "/attendees"),
    "list_attendees_event": (
        "attendees of one event, by its title",
        "/attendees?event=growing+hall,+evening+7",
    ),
    "list_history": ("the first page of the history", "/audit"),
}
# The hall has most of the orders; somebody of the season owns its house for the time.
OWNED = """
    INSERT INTO memberships (id, organizer_id, user_id, role)
    SELECT gen_random_uuid(), e.organizer_id, m.user_id, 'owner' FROM events e
    CROSS JOIN (SELECT user_id FROM memberships WHERE role = 'owner' ORDER BY user_id LIMIT 1) m
    WHERE e.slug = %(slug)s ON CONFLICT DO NOTHING
"""
WHERE = """
    SELECT g.slug, u.email FROM events e JOIN organizers g ON g.id = e.organizer_id
    JOIN memberships m ON m.organizer_id = g.id AND m.role = 'owner' JOIN users u ON u.id = m.user_id
    WHERE e.slug = %(slug)s ORDER BY u.id LIMIT 1
"""


@dataclass(frozen=True)
class House:
    """Whose orders grow, and who looks."""

    slug: str
    email: str


def finding(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Search and tables of staff at a thousand tickets in the database, and at a million."""
    wanted = round(MANY * pace.scale)
    rows.prepare(stack, event_with_room(stack))
    house, there = _house(stack), rows.tickets(stack)
    few = max(0, FEW - there) // 2
    rows.grow(stack, first=0, last=few - 1)
    first = asyncio.run(_medians(stack, house, few))
    began, many = time.monotonic(), (wanted - there) // 2
    rows.grow(stack, first=few, last=many - 1)
    print(f"{'':22} {wanted:,} tickets after {time.monotonic() - began:.0f} s", flush=True)
    for name, ms in asyncio.run(_medians(stack, house, many)).items():
        yield Result(
            name=name,
            value=ms,
            unit="ms",
            limit=first[name],
            limit_name=f"with {FEW:,} tickets",
            ratio=ms / first[name],
            what=f"{ADDRESSES[name][0]}, with {wanted:,} tickets in the database (half of {ASKED} looks)",
            at_most=True,
        )


async def _medians(stack: Stack, house: House, orders: int) -> dict[str, float]:
    browser = Browser(stack.base, "10.9.9.9")
    answer = await browser.post("/account/sign-in", {"email": house.email, "password": PASSWORD})
    if answer.status != 303:
        raise RuntimeError(f"{house.email} cannot sign in: {answer.status}")
    took = {
        name: [await _ms(browser, house, name, one, orders) for one in range(ASKED)] for name in ADDRESSES
    }
    browser.close()
    # The first ones read what PostgreSQL had not in memory.
    return {name: median(times[3:]) for name, times in took.items()}


async def _ms(browser: Browser, house: House, name: str, one: int, orders: int) -> float:
    number = orders * (one + 1) // (ASKED + 1)
    code = f"{number:08X}"
    address = ADDRESSES[name][1].format(code=f"{code[:4]}-{code[4:]}", number=number // 3)
    began = time.monotonic()
    answer = await browser.get(f"/staff/{house.slug}{address}")
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status}")
    return (time.monotonic() - began) * 1000


def _house(stack: Stack) -> House:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        connection.execute(OWNED, {"slug": SEATED})
        row = connection.execute(WHERE, {"slug": SEATED}).fetchone()
    if row is None:
        raise RuntimeError("Nobody owns the house of the hall.")
    return House(*row)
