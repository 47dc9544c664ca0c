"""What is on: venues, events, their dates, and what can be bought."""
# budget: the tables of one subject, each read on its own

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Organizer
from webapp.core.db import Base, id_column


class Venue(Base):
    __tablename__ = "venues"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), index=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="", server_default="")
    city: Mapped[str]
    city_slug: Mapped[str] = mapped_column(index=True)
    country: Mapped[str] = mapped_column(doc="ISO 3166 alpha-2")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    zone: Mapped[str] = mapped_column(doc="IANA name")


class Event(Base):
    """Something that takes place on one or more dates.

    One in `rehearsal` is a copy that nobody is shown, sold by a rehearsal and removed afterwards. A
    draft that was `deleted` lies in the bin for a while.
    `version` goes up with every change that a guest could see; kept pages are keyed by it.
    `words` is what search looks in, folded by `webapp.core.text.folded`.
    """

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint(
            "category IN ('music', 'sport', 'conference', 'festival', 'theatre', 'talk', 'family', 'food')",
            name="category",
        ),
        CheckConstraint(
            "status IN ('draft', 'published', 'cancelled', 'rehearsal', 'deleted')", name="status"
        ),
        CheckConstraint("tax_bp BETWEEN 0 AND 5000", name="tax_bp"),
        CheckConstraint("(status = 'deleted') = (deleted_at IS NOT NULL)", name="deleted"),
        CheckConstraint("publish_at IS NULL OR status = 'draft'", name="publish_at"),
        Index("ix_events_search", "search", postgresql_using="gin"),
        Index("ix_events_published_at", "published_at"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="", server_default="")
    description: Mapped[str] = mapped_column(default="", server_default="", doc="HTML cleaned by nh3")
    category: Mapped[str]
    status: Mapped[str] = mapped_column(default="draft", server_default="draft")
    tax_bp: Mapped[int] = mapped_column(default=0, server_default="0")
    tax_name: Mapped[str] = mapped_column(default="VAT", server_default="VAT")
    donation_ask: Mapped[str] = mapped_column(
        default="", server_default="", doc="what a donation on top is for; empty asks for none"
    )
    donation_suggested: Mapped[int | None]
    poster: Mapped[str | None] = mapped_column(doc="media name of the drawn poster")
    image: Mapped[str | None] = mapped_column(
        doc="media name of an uploaded picture, shown instead of the poster"
    )
    words: Mapped[str] = mapped_column(default="", server_default="")
    search: Mapped[Any] = mapped_column(TSVECTOR, Computed("to_tsvector('simple', words)", persisted=True))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    answer_hours: Mapped[int | None] = mapped_column(
        default=24,
        server_default="24",
        doc="how long before a date guests change answers last; null: never",
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None] = mapped_column(doc="from when on a draft is shown; null is by hand")
    deleted_at: Mapped[datetime | None] = mapped_column(doc="since when a draft lies in the bin")

    organizer: Mapped[Organizer] = relationship()
    dates: Mapped[list["EventDate"]] = relationship(back_populates="event", order_by="EventDate.starts_at")
    questions: Mapped[list["Question"]] = relationship(back_populates="event", order_by="Question.position")


class EventDate(Base):
    __tablename__ = "event_dates"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("doors_at IS NULL OR doors_at <= starts_at", name="doors_before_start"),
        CheckConstraint("status IN ('scheduled', 'on_sale', 'paused', 'cancelled')", name="status"),
        Index("ix_event_dates_starts_at", "starts_at"),
    )

    id: Mapped[UUID] = id_column()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    doors_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(doc="IANA name")
    status: Mapped[str] = mapped_column(default="scheduled", server_default="scheduled")
    on_sale_at: Mapped[datetime | None] = mapped_column(doc="not sold before; null is at once")
    room_id: Mapped[UUID | None] = mapped_column(
        index=True, doc="the waiting room in force before its sale, which alone sets it; null is none"
    )
    plan_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("seat_plans.id"), index=True, doc="its seats are reserved ones; null is free seating"
    )

    event: Mapped[Event] = relationship(back_populates="dates")
    venue: Mapped[Venue] = relationship()
    pools: Mapped[list["Pool"]] = relationship(back_populates="date", order_by="Pool.id")
    ticket_types: Mapped[list["TicketType"]] = relationship(
        back_populates="date", order_by="TicketType.position"
    )


def also_pools_column() -> Mapped[list[UUID]]:
    """Pools of the same date that each ticket takes a place of besides `pool_id`: a hall and a workshop."""
    return ids_column()


def ids_column() -> Mapped[list[UUID]]:
    return mapped_column(ARRAY(PG_UUID(as_uuid=True)), default=list, server_default="{}")


class Pool(Base):
    """Places that are sold from one counter. The database refuses more than there are.

    A reserve is a pool, too: places of its parent that are kept for who has a code. Their capacity came out
    of the parent's, and what is not taken goes back there when the code has ended or staff release it.

    `awaited` is the least number of places that an entry of the waiting list needs: while so many are free,
    nobody takes one past the list. `freed_at` is when places last came back, and so how long they lie idle.
    """

    __tablename__ = "pools"
    __table_args__ = (
        CheckConstraint("0 <= taken AND taken <= capacity", name="taken_within_capacity"),
        CheckConstraint("(parent_id IS NULL) = (voucher_id IS NULL)", name="reserve"),
        UniqueConstraint("parent_id", "voucher_id"),
        Index("ix_pools_voucher_id", "voucher_id", postgresql_where=text("voucher_id IS NOT NULL")),
        CheckConstraint("awaited > 0", name="awaited"),
        Index("ix_pools_awaited", "id", postgresql_where=text("awaited IS NOT NULL")),
    )

    id: Mapped[UUID] = id_column()
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("pools.id", ondelete="CASCADE"))
    voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("vouchers.id"))
    released_at: Mapped[datetime | None] = mapped_column(doc="since when a reserve is kept no more")
    is_extra: Mapped[bool] = mapped_column(
        default=False,
        server_default="false",
        doc="only add-ons are sold from it, so nobody sits on its places",
    )
    awaited: Mapped[int | None]
    freed_at: Mapped[datetime | None]

    date: Mapped[EventDate] = relationship(back_populates="pools")


class TicketType(Base):
    """What is sold. A trigger lets its pools be of its date only, and stay once something is held or sold.

    With `price_floor` guests choose what they pay, and `price` is suggested. From `group_from` tickets of one
    order on each costs `group_price`. An add-on is sold only with a ticket of its date that is none:
    `addon_most` of it for each at most, or, when it is required, one for each at least.
    """

    __tablename__ = "ticket_types"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("1 <= min_per_order AND min_per_order <= max_per_order", name="per_order"),
        CheckConstraint("min_per_order <= max_per_buyer", name="per_buyer"),
        CheckConstraint("approval IN ('none', 'ask', 'hold')", name="approval"),
        CheckConstraint(
            "sale_ends_at IS NULL OR sale_starts_at IS NULL OR sale_starts_at < sale_ends_at",
            name="sale_window",
        ),
        CheckConstraint("price_floor BETWEEN 0 AND price", name="price_floor"),
        CheckConstraint(
            "(group_from IS NULL) = (group_price IS NULL) AND group_from > 1 AND group_price >= 0",
            name="group",
        ),
        CheckConstraint(
            "addon_most > 0 AND (is_addon OR addon_most IS NULL AND NOT addon_required)", name="addon"
        ),
    )

    id: Mapped[UUID] = id_column()
    date_id: Mapped[UUID] = mapped_column(ForeignKey("event_dates.id", ondelete="CASCADE"), index=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"), index=True)
    also_pools: Mapped[list[UUID]] = also_pools_column()
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    price: Mapped[int] = mapped_column(doc="minor units of the organizer's currency, tax included")
    sale_starts_at: Mapped[datetime | None]
    sale_ends_at: Mapped[datetime | None]
    min_per_order: Mapped[int] = mapped_column(default=1, server_default="1")
    max_per_order: Mapped[int] = mapped_column(default=10, server_default="10")
    max_per_buyer: Mapped[int | None] = mapped_column(doc="over all orders of an account or address")
    approval: Mapped[str] = mapped_column(
        default="none",
        server_default="none",
        doc="ask: sold to who was approved; hold: a request keeps its places until it is answered",
    )
    hidden: Mapped[bool] = mapped_column(
        default=False, server_default="false", doc="shown only to who knows a code"
    )
    withdrawn: Mapped[bool] = mapped_column(
        default=False, server_default="false", doc="kept for its orders, sold no more"
    )
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    price_floor: Mapped[int | None]
    group_from: Mapped[int | None]
    group_price: Mapped[int | None]
    is_addon: Mapped[bool] = mapped_column(default=False, server_default="false")
    addon_most: Mapped[int | None]
    addon_required: Mapped[bool] = mapped_column(default=False, server_default="false")

    date: Mapped[EventDate] = relationship(back_populates="ticket_types")
    pool: Mapped[Pool] = relationship()


class PriceStep(Base):
    """A price of a ticket type until a day, or for so many tickets, whichever comes first.

    The first that is in force counts, by `position`; after the last one it is the type's own price. `taken`
    counts tickets in active holds and live tickets, as a pool does. Steps are locked after pools, by type and
    id.
    """

    __tablename__ = "price_steps"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("ends_at IS NOT NULL OR most IS NOT NULL", name="ends"),
        CheckConstraint("0 <= taken AND (most IS NULL OR taken <= most)", name="taken_within_most"),
    )

    id: Mapped[UUID] = id_column()
    ticket_type_id: Mapped[UUID] = mapped_column(
        ForeignKey("ticket_types.id", ondelete="CASCADE"), index=True
    )
    price: Mapped[int]
    ends_at: Mapped[datetime | None]
    most: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class Voucher(Base):
    """A code that lowers a price, shows hidden types, or both; for one event or all of an organizer's.

    It may be for some dates or ticket types only; none named means all. A batch is a row, too: nobody can use
    its own code, which is how its thousands of codes begin. They have its terms, each good for one order.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        Index("uq_vouchers_code", "organizer_id", text("upper(code)"), unique=True),
        CheckConstraint("kind IN ('none', 'percent', 'amount', 'price')", name="kind"),
        CheckConstraint("value >= 0 AND (kind <> 'percent' OR value <= 10000)", name="value"),
        CheckConstraint("0 <= used AND (max_uses IS NULL OR used <= max_uses)", name="used_within_max"),
        CheckConstraint("NOT is_batch OR batch_id IS NULL", name="batch"),
        CheckConstraint("max_per_buyer > 0", name="per_buyer"),
        Index("ix_vouchers_batch_id", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(
        doc="percent: basis points off; amount: minor units off the order; price: each ticket costs value"
    )
    value: Mapped[int] = mapped_column(default=0, server_default="0")
    reveals: Mapped[bool] = mapped_column(default=False, server_default="false")
    max_uses: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("vouchers.id", ondelete="CASCADE"))
    is_batch: Mapped[bool] = mapped_column(default=False, server_default="false")
    withdrawn_at: Mapped[datetime | None]
    max_per_buyer: Mapped[int | None] = mapped_column(doc="orders of an account or address with this code")
    date_ids: Mapped[list[UUID]] = ids_column()
    type_ids: Mapped[list[UUID]] = ids_column()


class Question(Base):
    """What an organizer asks for each ticket of an event, of these types or of all, or once for an order.

    `options` are the answers of a choice, `least` and `most` the bounds of a number.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('text', 'long', 'choice', 'many', 'yes_no', 'number', 'date', 'file')", name="kind"
        ),
        CheckConstraint("scope IN ('ticket', 'order')", name="scope"),
        CheckConstraint("least <= most", name="bounds"),
    )

    id: Mapped[UUID] = id_column()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    label: Mapped[str]
    hint: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(default="ticket", server_default="ticket")
    type_names: Mapped[list[Any]] = mapped_column(
        default=list, server_default="[]", doc="names of the ticket types it is asked for; none is all"
    )
    least: Mapped[float | None]
    most: Mapped[float | None]
    options: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    required: Mapped[bool] = mapped_column(default=False, server_default="false")
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    event: Mapped[Event] = relationship(back_populates="questions")


class Word(Base):
    """The vocabulary for "did you mean" where pg_trgm is not to be had; rebuilt by the clock."""

    __tablename__ = "words"
    __table_args__ = (
        UniqueConstraint("word"),
        Index("ix_words_trigrams", "trigrams", postgresql_using="gin"),
    )

    id: Mapped[UUID] = id_column()
    word: Mapped[str]
    events: Mapped[int]
    trigrams: Mapped[list[str]] = mapped_column(
        ARRAY(Text), doc="three-letter pieces of the word, padded with spaces"
    )
