"""How a form whose values do not fit together is refused: at the field that is wrong."""

from collections.abc import Callable
from typing import TypeVar

from webapp.core.errors import Invalid

Values = TypeVar("Values")


def values_of(field: str, make: Callable[[], Values]) -> Values:
    """The form's values, or Invalid with the sentence at `field`."""
    try:
        return make()
    except ValueError as error:
        raise Invalid("We kept everything you typed.", fields={field: str(error)}) from error
