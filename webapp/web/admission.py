"""Which waiting rooms a visitor has passed: said by the guard before a request, read by who shows a sale."""

from uuid import UUID

from flask import g


def let_in(room_id: UUID) -> None:
    """This visitor has a pass for the room."""
    g.rooms_passed = passed() | {room_id}


def passed() -> frozenset[UUID]:
    rooms: frozenset[UUID] = g.get("rooms_passed", frozenset())
    return rooms
