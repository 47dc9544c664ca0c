"""What guests type on their way to a ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from webapp.booking.queries.baskets import BasketPart
from webapp.booking.queries.questions import Asked
from webapp.booking.rules import MOST_TYPES
from webapp.core.answers import answered
from webapp.core.errors import Invalid
from webapp.core.text import one_line
from webapp.web.forms import Email, Name, parsed

MOST_TICKETS = 100
MOST_SEATS = 50
MOST_TOGETHER = 20


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
class AnswerField:
    """A question as a field of a form, by its name there."""

    name: str
    question: Asked


@dataclass(frozen=True)
class TicketField:
    """One ticket in the checkout form: its number in the whole order, its type, and what is asked for it."""

    number: int
    of: int
    ticket_type_id: UUID
    type_name: str
    seat: str
    questions: tuple[Asked, ...]

    @property
    def holder(self) -> str:
        return f"holder-{self.number}"

    @property
    def answers(self) -> list[AnswerField]:
        return [AnswerField(self.answer(question), question) for question in self.questions]

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
        of_event = [question for question in questions if question.event_id == date.event_id]
        for line in date.lines:
            if line.is_addon:
                continue
            asked = tuple(question for question in of_event if question.is_for(line.name))
            said = [seat.name.said for seat in line.seats] or [""] * line.quantity
            for seat in said:
                number, type_id = len(fields) + 1, line.ticket_type_id
                fields.append(TicketField(number, part.guests, type_id, line.name, seat, asked))
    return fields


def order_fields(asked: Sequence[Asked]) -> list[AnswerField]:
    """What is asked once for the whole order."""
    return [AnswerField(f"answer-{one.id}", one) for one in asked if one.scope == "order"]


@dataclass(frozen=True)
class Filled:
    """A checkout form as it was filled in: who buys, who comes, and the answers about the whole order."""

    person: BuyerForm
    attendees: "Attendees"
    answers: Mapping[str, str]
    papers: Sequence[str]


def buyer(
    form: MultiDict[str, str], fields: Sequence[TicketField], of_order: Sequence[AnswerField] = ()
) -> Filled:
    """Everything that is wrong is told at once."""
    wrong: dict[str, str] = {}
    person: BuyerForm | None = None
    try:
        person = parsed(BuyerForm, form)
    except Invalid as refusal:
        wrong |= refusal.fields
    answers = read_answers(form, of_order, wrong)
    attendees: dict[UUID, list[tuple[str, Mapping[str, str]]]] = {}
    for field in fields:
        holder = one_line(form.get(field.holder, ""))
        if len(holder) > 120:
            wrong[field.holder] = "Up to 120 characters fit here."
        given = read_answers(form, field.answers, wrong)
        attendees.setdefault(field.ticket_type_id, []).append((holder, given))
    if wrong or person is None:
        number = "One answer is" if len(wrong) == 1 else f"{len(wrong)} answers are"
        raise Invalid("We kept everything you typed.", fields=wrong, title=f"{number} missing or odd")
    all_fields = [*of_order, *(one for field in fields for one in field.answers)]
    return Filled(person, attendees, answers, papers_of(form, all_fields))


def read_answers(
    form: MultiDict[str, str], fields: Sequence[AnswerField], wrong: dict[str, str]
) -> dict[str, str]:
    """The answers by question id; what is not one goes into `wrong` by its field."""
    answers = {}
    for field in fields:
        try:
            answers[str(field.question.id)] = answered(field.question, form.getlist(field.name))
        except ValueError as error:
            wrong[field.name] = str(error)
    return answers


def papers_of(form: MultiDict[str, str], fields: Sequence[AnswerField]) -> list[str]:
    """The answers that are files."""
    return [form[one.name] for one in fields if one.question.kind == "file" and form.get(one.name)]


Attendees = Mapping[UUID, Sequence[tuple[str, Mapping[str, str]]]]
