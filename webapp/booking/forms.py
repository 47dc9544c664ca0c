"""What guests type on their way to a ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from webapp.booking.queries.baskets import BasketPart
from webapp.booking.queries.questions import Asked
from webapp.booking.rules import MOST_TYPES
from webapp.core.errors import Invalid
from webapp.core.text import one_line
from webapp.web.forms import Email, Name, parsed

MOST_TICKETS = 100
MOST_SEATS = 50
MOST_TOGETHER = 20
LONGEST_ANSWER = 500


class BuyerForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: Name
    email: Email
    wants_news: bool = False


class FindForm(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    code: str = Field(min_length=4, max_length=20)
    email: Email


class ResendForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    key: UUID


class HolderForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    holder: Name


class BestForm(BaseModel):
    """So many seats together; `up_to` is what one ticket may cost, in minor units."""

    model_config = ConfigDict(extra="ignore")

    date: UUID
    together: int = Field(ge=1, le=MOST_TOGETHER)
    level: UUID | None = None
    section: UUID | None = None
    up_to: int | None = Field(default=None, ge=0, le=10**9)
    accessible: bool = False
    code: str = Field(default="", max_length=60)


@dataclass(frozen=True)
class TicketField:
    """One ticket in the checkout form: its number in the whole order, its type, and its event's questions."""

    number: int
    of: int
    ticket_type_id: UUID
    type_name: str
    seat: str
    questions: tuple[Asked, ...]

    @property
    def holder(self) -> str:
        return f"holder-{self.number}"

    def answer(self, question: Asked) -> str:
        return f"answer-{self.number}-{question.id}"


def quantities(form: MultiDict[str, str]) -> dict[UUID, int]:
    """The `qty-<ticket type>` fields; an empty one is 0."""
    chosen: dict[UUID, int] = {}
    for name, value in form.items():
        if not name.startswith("qty-"):
            continue
        try:
            ticket_type = UUID(name.removeprefix("qty-"))
        except ValueError:
            raise Invalid(
                "One of the tickets is not known. Open the event again and choose from there."
            ) from None
        text = value.strip() or "0"
        if not (text.isascii() and text.isdecimal()) or int(text) > MOST_TICKETS:
            raise Invalid(
                "Write how many tickets you want as a whole number.",
                fields={name: f"Write a whole number up to {MOST_TICKETS}."},
                title="That number does not fit",
            )
        chosen[ticket_type] = int(text)
    if len(chosen) > MOST_TYPES:
        raise Invalid("These are too many kinds of tickets at once.")
    return chosen


def prices(form: MultiDict[str, str]) -> dict[UUID, str]:
    """The `pay-<ticket type>` fields, as they were typed: what somebody pays who may choose."""
    chosen: dict[UUID, str] = {}
    for name, value in form.items():
        if name.startswith("pay-") and value.strip():
            try:
                chosen[UUID(name.removeprefix("pay-"))] = value[:20]
            except ValueError:
                continue
    return chosen


def seats(form: MultiDict[str, str]) -> dict[int, UUID | None]:
    """The `seat` fields, each an ordinal, with the ticket type of its `type-<ordinal>` field, if any."""
    chosen: dict[int, UUID | None] = {}
    for typed in form.getlist("seat"):
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > 6:
            raise Invalid("One of these seats is not known. Open the seats again and choose from there.")
        chosen[int(typed)] = _ticket_type(form.get(f"type-{typed}", ""))
    if len(chosen) > MOST_SEATS:
        raise Invalid(f"Choose up to {MOST_SEATS} seats at once.", title="That is too many")
    return chosen


def date_id(args: MultiDict[str, str]) -> UUID | None:
    """The `date` of an address; None when none is asked for, or something that is none."""
    try:
        return UUID(args.get("date", ""))
    except ValueError:
        return None


def _ticket_type(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise Invalid(
            "One of the tickets is not known. Open the seats again and choose from there."
        ) from None


def ticket_fields(part: BasketPart, questions: Sequence[Asked]) -> list[TicketField]:
    """A field for each single ticket, in the order of the basket; an add-on goes along with its buyer."""
    fields: list[TicketField] = []
    for date in part.dates:
        asked = tuple(question for question in questions if question.event_id == date.event_id)
        for line in date.lines:
            if line.is_addon:
                continue
            said = [seat.name.said for seat in line.seats] or [""] * line.quantity
            for seat in said:
                number, type_id = len(fields) + 1, line.ticket_type_id
                fields.append(TicketField(number, part.guests, type_id, line.name, seat, asked))
    return fields


def buyer(form: MultiDict[str, str], fields: Sequence[TicketField]) -> tuple[BuyerForm, "Attendees"]:
    """Who buys and who comes; everything that is wrong is told at once."""
    wrong: dict[str, str] = {}
    person: BuyerForm | None = None
    try:
        person = parsed(BuyerForm, form)
    except Invalid as refusal:
        wrong |= refusal.fields
    attendees: dict[UUID, list[tuple[str, Mapping[str, str]]]] = {}
    for field in fields:
        holder = one_line(form.get(field.holder, ""))
        if len(holder) > 120:
            wrong[field.holder] = "Up to 120 characters fit here."
        answers = {
            str(q.id): _answer(q, form.get(field.answer(q), ""), field, wrong) for q in field.questions
        }
        attendees.setdefault(field.ticket_type_id, []).append((holder, answers))
    if wrong or person is None:
        number = "One answer is" if len(wrong) == 1 else f"{len(wrong)} answers are"
        raise Invalid("We kept everything you typed.", fields=wrong, title=f"{number} missing or odd")
    return person, attendees


def _answer(question: Asked, typed: str, field: TicketField, wrong: dict[str, str]) -> str:
    answer = one_line(typed)
    name = field.answer(question)
    if not answer:
        if question.required:
            wrong[name] = "The organizer needs an answer here."
    elif question.kind == "choice" and answer not in question.options:
        wrong[name] = "Choose one from the list."
    elif question.kind == "yes_no" and answer not in ("yes", "no"):
        wrong[name] = "Choose yes or no."
    elif question.kind == "number" and not (
        answer.isascii() and answer.lstrip("-").replace(".", "", 1).isdecimal()
    ):
        wrong[name] = "Write a number."
    elif len(answer) > LONGEST_ANSWER:
        wrong[name] = f"Up to {LONGEST_ANSWER} characters fit here."
    return answer


Attendees = Mapping[UUID, Sequence[tuple[str, Mapping[str, str]]]]
