"""Submitted text becomes a typed form, or a sentence for each field that says what would be right."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from webapp.core.errors import Invalid
from webapp.core.text import email_address, one_line

Form = TypeVar("Form", bound=BaseModel)

# Fields that many forms share.
Email = Annotated[str, Field(max_length=320), AfterValidator(email_address)]
Name = Annotated[str, BeforeValidator(lambda text: one_line(str(text))), Field(min_length=1, max_length=120)]

# pydantic's error type -> our sentence; `{…}` are the values pydantic gives with it.
SENTENCES: Mapping[str, str] = {
    "missing": "This is needed.",
    "string_too_short": "Write at least {min_length} characters.",
    "string_too_long": "Up to {max_length} characters fit here.",
    "too_long": "Up to {max_length} fit here.",
    "int_parsing": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "float_parsing": "Write a number.",
    "decimal_parsing": "Write a number such as 2.5.",
    "decimal_type": "Write a number such as 2.5.",
    "decimal_max_digits": "Write a shorter number, such as 2.5.",
    "decimal_max_places": "At most {decimal_places} figures after the point.",
    "decimal_whole_digits": "Write a shorter number, such as 2.5.",
    "finite_number": "Write a number such as 2.5.",
    "greater_than_equal": "The least is {ge}.",
    "greater_than": "It must be more than {gt}.",
    "less_than_equal": "The most is {le}.",
    "less_than": "It must be less than {lt}.",
    "literal_error": "Choose one of {expected}.",
    "enum": "Choose one of {expected}.",
    "uuid_parsing": "Choose one from the list.",
    "date_from_datetime_parsing": "Write a date such as 2026-12-05.",
    "date_parsing": "Write a date such as 2026-12-05.",
    "datetime_parsing": "Write a day and time such as 2026-12-05 18:15.",
    "datetime_from_date_parsing": "Write a day and time such as 2026-12-05 18:15.",
    "time_parsing": "Write a time such as 18:15.",
    "bool_parsing": "Choose yes or no.",
    "string_pattern_mismatch": "This does not have the right form.",
}


def parsed(form: type[Form], submitted: MultiDict[str, str]) -> Form:
    """The form with its values, or `Invalid` with a sentence for each field.

    An empty field counts as not given, so that defaults and "This is needed." apply; fields that are
    lists take every value of their name.
    """
    try:
        return form.model_validate(_values(form, submitted))
    except ValidationError as error:
        fields = {str(item["loc"][0]) if item["loc"] else "": _sentence(item) for item in error.errors()}
        raise Invalid("We kept everything you typed.", fields=fields, title=_headline(len(fields))) from error


def attempted(
    form: type[Form], submitted: MultiDict[str, str], act: Callable[[Form], None]
) -> Invalid | None:
    """Parse and act; what was wrong with the form comes back instead of being raised, to be shown in it."""
    try:
        act(parsed(form, submitted))
    except Invalid as refusal:
        return refusal
    return None


def _values(form: type[BaseModel], submitted: MultiDict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in form.model_fields.items():
        given = [value.replace("\0", "") for value in submitted.getlist(name)]
        given = [value for value in given if value.strip()]
        if get_origin(field.annotation) in (list, tuple):
            values[name] = given
        elif given:
            values[name] = given[-1]
    return values


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    sentence = SENTENCES.get(error["type"], "This cannot be read.")
    return sentence.format(**error.get("ctx", {}))


def _headline(count: int) -> str:
    return "One answer is missing or odd" if count == 1 else f"{count} answers are missing or odd"
