"""What staff type about prices, codes and donations. Codes go by the house's clock, steps by the venue's."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from webapp.catalog.forms.editing import Form, Line, Reading
from webapp.core import clock, money

MOST_CODES = 10_000


class StepForm(Form):
    id: UUID
    price: str
    ends_at: Reading | None = None
    most: int | None = Field(default=None, ge=0, le=1_000_000)
    position: int = Field(default=0, ge=0, le=1000)

    def values(self, currency: str, zone: str) -> dict[str, object]:
        """Raises ValueError for a step that would never end."""
        if self.ends_at is None and self.most is None:
            raise ValueError("Say until when, or for how many tickets; else it is the type's own price.")
        return {
            "price": money.parsed(self.price, currency),
            "ends_at": clock.instant(self.ends_at, zone) if self.ends_at else None,
            "most": self.most,
            "position": self.position,
        }


class WaysForm(Form):
    price_floor: str = ""
    group_from: int | None = Field(default=None, ge=2, le=100)
    group_price: str = ""
    is_addon: bool = False
    addon_most: int | None = Field(default=None, ge=1, le=100)
    addon_required: bool = False

    def values(self, currency: str) -> dict[str, object]:
        """Raises ValueError with a sentence for what does not fit together."""
        if (self.group_from is None) != (not self.group_price):
            raise ValueError("A group needs both: from how many tickets on, and what each costs then.")
        return {
            "price_floor": money.parsed(self.price_floor, currency) if self.price_floor else None,
            "group_from": self.group_from,
            "group_price": money.parsed(self.group_price, currency) if self.group_price else None,
            "is_addon": self.is_addon,
            "addon_most": self.addon_most if self.is_addon else None,
            "addon_required": self.addon_required and self.is_addon,
        }


class DonationForm(Form):
    words: Line = ""
    suggested: str = ""

    def amount(self, currency: str) -> int | None:
        return money.parsed(self.suggested, currency) if self.suggested and self.words else None


class VoucherForm(Form):
    id: UUID
    code: Annotated[str, Field(min_length=3, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
    kind: Literal["none", "percent", "amount", "price"]
    value: str = ""
    event_id: UUID | None = None
    reveals: bool = False
    max_uses: int | None = Field(default=None, ge=1, le=1_000_000)
    max_per_buyer: int | None = Field(default=None, ge=1, le=1000)
    starts_at: Reading | None = None
    ends_at: Reading | None = None
    date_ids: list[UUID] = Field(default=[], max_length=500)
    type_ids: list[UUID] = Field(default=[], max_length=500)

    @field_validator("ends_at")
    @classmethod
    def _ends_after_it_begins(cls, ends_at: datetime | None, info: ValidationInfo) -> datetime | None:
        starts_at = info.data.get("starts_at")
        if starts_at and ends_at and ends_at <= starts_at:
            raise ValueError("A code ends after it begins.")
        return ends_at

    def values(self, currency: str) -> dict[str, object]:
        """All but its times. `value` is a percentage for that kind, else money; none is no price of 0."""
        amount = 0
        if self.kind != "none":
            amount = money.parsed(self.value, "EUR" if self.kind == "percent" else currency)
        if self.kind == "percent" and amount > 10_000:
            raise ValueError("A discount is 100 percent at most.")
        if self.kind in ("percent", "amount") and not amount:
            raise ValueError("Say how much the code takes off.")
        return {
            "code": self.code,
            "kind": self.kind,
            "value": amount,
            "event_id": self.event_id,
            "reveals": self.reveals,
            "max_uses": self.max_uses,
            "max_per_buyer": self.max_per_buyer,
            "date_ids": self.date_ids,
            "type_ids": self.type_ids,
        }


class BatchForm(VoucherForm):
    """`code` is the word that all codes of the batch begin with."""

    code: Annotated[str, Field(min_length=3, max_length=20, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]+$")]
    number: int = Field(ge=1, le=MOST_CODES)
