"""What staff type about a message, and what the mail provider tells of one."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from webapp.catalog.forms.editing import Form, Line, Reading, Zone
from webapp.core import clock
from webapp.core.ids import typed_order_code
from webapp.core.text import email_address
from webapp.messages.queries.messages import MessageView
from webapp.messages.rules.audience import LIVE, STATES, Audience, Door, Who
from webapp.messages.service.writing import Written

MOST_CODES = 2_000
LONGEST_TEXT = 10_000


class MessageForm(Form):
    id: UUID
    subject: Annotated[Line, Field(min_length=1)]
    body: str = Field(min_length=1, max_length=LONGEST_TEXT)
    purpose: Literal["booking", "news"] = "booking"
    who: Who = "guests"
    event: UUID | None = Field(default=None, validate_default=True)
    date: UUID | None = None
    types: list[str] = Field(default_factory=list)
    states: list[str] = Field(default_factory=list)
    door: Door = "any"
    codes: str = Field(default="", max_length=40_000)

    @field_validator("event")
    @classmethod
    def _event(cls, event: UUID | None, info: ValidationInfo) -> UUID | None:
        if event is None and info.data.get("who") != "orders":
            raise ValueError("Choose an event, or write the codes of orders.")
        return event

    @field_validator("states")
    @classmethod
    def _states(cls, states: list[str]) -> list[str]:
        return [state for state in states if state in STATES]

    @field_validator("codes")
    @classmethod
    def _codes(cls, codes: str) -> str:
        if len(_split(codes)) > MOST_CODES:
            raise ValueError(f"Up to {MOST_CODES:,} orders can be chosen. Choose an event for more.")
        return codes

    def written(self) -> Written:
        audience = Audience(
            who=self.who,
            event_id=self.event if self.who != "orders" else None,
            date_id=self.date if self.who != "orders" else None,
            types=tuple(self.types) if self.who != "orders" else (),
            states=tuple(self.states) or LIVE,
            door=self.door if self.who == "guests" else "any",
            codes=_split(self.codes) if self.who == "orders" else (),
        )
        return Written(self.subject, self.body.replace("\r\n", "\n"), self.purpose, audience)


class SendForm(Form):
    """Now, or at a clock reading in a zone."""

    at: Reading | None = None
    zone: Zone = "UTC"

    def instant(self) -> datetime | None:
        return clock.instant(self.at, self.zone) if self.at else None


class TrialForm(Form):
    key: UUID


class BounceTold(BaseModel):
    """What the mail provider tells: mail to this recipient came back, or they complained about it."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    type: Literal["bounce", "complaint"]
    kind: Literal["hard", "soft"] = "hard"
    message_id: str = Field(min_length=3, max_length=300)
    recipient: Annotated[str, AfterValidator(email_address)]
    reason: str = Field(default="", max_length=2_000)

    def facts(self) -> dict[str, Any]:
        return {
            "message_id": self.message_id,
            "address": self.recipient,
            "kind": "complaint" if self.type == "complaint" else self.kind,
            "reason": self.reason or f"The mail provider told of a {self.type}.",
        }


def shown(message: MessageView) -> dict[str, Any]:
    """A kept message as its form shows it."""
    audience = message.audience
    return {
        "subject": message.subject,
        "body": message.body,
        "purpose": message.purpose,
        "who": audience.who,
        "event": audience.event_id or "",
        "date": audience.date_id or "",
        "types": list(audience.types),
        "states": list(audience.states),
        "door": audience.door,
        "codes": "\n".join(audience.codes),
    }


def _split(codes: str) -> tuple[str, ...]:
    """`M7K4-QX2P, m7k4qx2p` is one code, however it was typed."""
    found = re.findall(r"[A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4}", codes)
    return tuple(dict.fromkeys(typed_order_code(code) for code in found))
