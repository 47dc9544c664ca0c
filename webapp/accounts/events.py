"""What happened to accounts."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.events import Event


@dataclass(frozen=True)
class SignedUp(Event):
    """Somebody made an account; its address is not confirmed yet."""

    user_id: UUID


@dataclass(frozen=True)
class AddressTaken(Event):
    """Somebody wanted to use the address of this account for another one; only its owner is told."""

    user_id: UUID


@dataclass(frozen=True)
class PasswordForgotten(Event):
    user_id: UUID


@dataclass(frozen=True)
class PasswordChanged(Event):
    user_id: UUID


@dataclass(frozen=True)
class FactorChanged(Event):
    """Something about the person's second factor is different: one of `service.factors.HISTORY`."""

    user_id: UUID
    change: str


@dataclass(frozen=True)
class EmailChangeAsked(Event):
    """The person wants to be written to at `email`; it is theirs when they answer from there."""

    user_id: UUID
    email: str


@dataclass(frozen=True)
class EmailChanged(Event):
    user_id: UUID
    old_email: str


@dataclass(frozen=True)
class MemberInvited(Event):
    """Somebody is asked to join a team, for the first time or again."""

    invitation_id: UUID


@dataclass(frozen=True)
class AccountDeleted(Event):
    """The person is gone from the account; whatever else names them must forget them at once."""

    user_id: UUID
