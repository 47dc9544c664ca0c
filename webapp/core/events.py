"""Facts that have happened. An event is named by a past participle and carries ids, not objects."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self
from uuid import UUID

_BY_TOPIC: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Base of all events. Fields are `UUID`, `str`, `int` or `bool`: what JSON can hold and return."""

    topic: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.topic = cls.__name__
        _BY_TOPIC[cls.topic] = cls

    def payload(self) -> dict[str, Any]:
        return {
            name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        typed = {
            f.name: UUID(payload[f.name]) if f.type in (UUID, "UUID") else payload[f.name]
            for f in fields(cls)
        }
        return cls(**typed)


def event_of(topic: str, payload: dict[str, Any]) -> Event:
    return _BY_TOPIC[topic].from_payload(payload)
