"""Remarks gathered while reading: what is said of many entries in the same words is said once. Pure."""

from dataclasses import dataclass, field

from webapp.importing.rules.found import Remark


@dataclass
class Notes:
    """Remarks in the order in which they came up."""

    _said: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, where: str, code: str, message: str) -> None:
        """Remember what a person should look at."""
        self._said.setdefault((code, message), []).append(where)

    def remarks(self) -> tuple[Remark, ...]:
        """Each message once, with the first place and how many more there are."""
        return tuple(
            Remark(
                places[0] if len(places) == 1 else f"{places[0]} and {len(places) - 1} more",
                code,
                message,
                tuple(places),
            )
            for (code, message), places in self._said.items()
        )
