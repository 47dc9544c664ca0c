"""What a step does that cannot simply be taken back: told before it is made, and meant by who makes it."""

from dataclasses import dataclass

from webapp.core.errors import Invalid


@dataclass(frozen=True)
class Harm:
    """`title` asks whether to do it to the thing called `name`; `effects` are sentences on what follows.

    `orders`, `tickets`, `money` (minor units), `mails` and `waiting` (people in a line) count what it
    does to guests. `undo` says how it is
    taken back, and is empty where it cannot be.
    """

    title: str
    name: str
    effects: tuple[str, ...] = ()
    orders: int = 0
    tickets: int = 0
    money: int = 0
    mails: int = 0
    waiting: int = 0
    undo: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether the name must be typed: when guests are affected."""
        return bool(self.orders or self.tickets or self.mails or self.waiting)


def is_name(typed: str, name: str) -> bool:
    """Whether that name was typed; spaces and capitals are forgiven."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()


def require_meant(harm: Harm, typed: str) -> None:
    """The one rule before such a step."""
    if harm.is_typed and not is_name(typed, harm.name):
        raise Invalid(
            "Nothing was changed.",
            fields={"typed": f"Type the name as it is written: {harm.name}"},
            title="The name does not fit",
        )
