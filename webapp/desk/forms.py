"""What staff type at the desk; money is in whole units of the organizer's currency."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from webapp.core import money
from webapp.core.errors import Invalid
from webapp.core.text import one_line
from webapp.desk import rules
from webapp.desk.rules import Guest
from webapp.desk.service.selling import Paid
from webapp.web.forms import Email

Line = Annotated[str, BeforeValidator(lambda text: one_line(str(text))), Field(max_length=200)]
Sum = Annotated[str, Field(max_length=20)]


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class OpenForm(Form):
    id: UUID
    start: Sum = "0"


class CloseForm(Form):
    counted: Sum
    note: Line = ""


class MoveForm(Form):
    id: UUID
    amount: Sum
    way: Literal["in", "out"]
    reason: Annotated[Line, Field(min_length=1)]


class PayForm(Form):
    """How it is paid; `note` is the button of a note that was handed over, whatever is typed."""

    means: Literal["cash", "card", "comp"] = "cash"
    note: Sum = ""
    tendered: Sum = ""
    reference: Line = ""
    reason: Line = ""
    name: Annotated[Line, Field(max_length=120)] = ""
    email: Email | None = None
    code: Annotated[Line, Field(max_length=60)] = ""
    seen: Sum = ""

    def paid(self, currency: str, prices: Mapping[UUID, str]) -> Paid:
        given = self.note or self.tendered
        tendered = amount("tendered", given, currency) if given else None
        return Paid(
            self.means,
            tendered if self.means == "cash" else None,
            self.reference,
            self.reason,
            self.name,
            self.email or "",
            self.code,
            prices,
            self.seen,
        )


class TermsForm(Form):
    """A voucher's code; chosen prices are `pay-<ticket type>` fields beside it."""

    code: Annotated[Line, Field(max_length=60)] = ""


class SeatForm(Form):
    """A seat that goes back."""

    date: UUID
    seat: int = Field(ge=0, le=10**6)


class PayOutForm(Form):
    reference: Line = ""


class GuestsForm(Form):
    """Lines of a guest list; `code` names what is kept for it, nothing the pool of the tickets."""

    id: UUID
    ticket_type_id: UUID
    code: Annotated[Line, Field(max_length=60)] = ""
    mails: bool = False
    lines: Annotated[str, Field(min_length=1, max_length=40_000)]

    def guests(self) -> list[Guest]:
        """All of them, or Invalid that names each line that cannot be read."""
        lines = [(number, line) for number, line in enumerate(self.lines.splitlines(), 1) if line.strip()]
        found, wrong = [], []
        for number, line in lines:
            try:
                found.append(rules.guest(line))
            except ValueError as error:
                wrong.append(f"Line {number}: {error}")
        if len(lines) > rules.MOST_GUESTS:
            wrong = [f"Put up to {rules.MOST_GUESTS} lines on the list at once."]
        if wrong:
            raise Invalid("We kept everything you typed.", fields={"lines": " ".join(wrong[:5])})
        return found


class GuestForm(Form):
    """One guest of the list, changed."""

    name: Annotated[Line, Field(min_length=1, max_length=110)]
    more: int = Field(default=0, ge=0, le=rules.MOST_MORE)
    note: Line = ""
    email: Email | None = None

    @classmethod
    def shown(cls, guest: object) -> dict[str, Any]:
        """Somebody on the list as the form shows them."""
        return {name: getattr(guest, name) for name in cls.model_fields}

    def guest(self) -> Guest:
        return Guest(self.name, self.more, self.email or "", self.note)


class AskForm(Form):
    """What a guest asks for besides name, address and answers."""

    id: UUID
    quantity: int | None = Field(default=None, ge=1, le=50)
    words: Annotated[str, Field(max_length=1_000)] = ""


class AnswerForm(Form):
    request: list[UUID] = Field(default=[], max_length=200)
    answer: Literal["approve", "decline"]
    note: Annotated[Line, Field(max_length=500)] = ""
    pay_hours: int = Field(default=rules.PAY_HOURS, ge=1, le=336)


def amount(field: str, typed: str, currency: str) -> int:
    """Minor units of what was typed, or Invalid at that field."""
    try:
        return money.parsed(typed, currency)
    except ValueError as error:
        raise Invalid("We kept everything you typed.", fields={field: str(error)}) from error
