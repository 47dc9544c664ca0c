"""People, where they are signed in, and which organizers they work for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.core.db import Base, id_column


class User(Base):
    """An account. A deleted one keeps its row, without the person, so that orders keep their owner's id."""

    __tablename__ = "users"
    __table_args__ = (
        Index(
            "uq_users_email", text("lower(email)"), unique=True, postgresql_where=text("deleted_at IS NULL")
        ),
        CheckConstraint(
            "deleted_at IS NULL OR (email = '' AND name = '' AND password_hash = '')", name="deleted_is_empty"
        ),
    )

    id: Mapped[UUID] = id_column()
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    email_verified_at: Mapped[datetime | None]
    is_operator: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]

    sign_ins: Mapped[list["SignIn"]] = relationship(back_populates="user")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")


class SignIn(Base):
    """One device that is signed in; revoking the row signs it out wherever it is.

    While `factor_due` the password fitted and the second factor has not come: it opens nothing yet.
    `proved_at` is when the person last showed, on this device, that it is them.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (CheckConstraint("means IN ('password', 'app', 'passkey', 'recovery')", name="means"),)

    id: Mapped[UUID] = id_column()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]
    means: Mapped[str] = mapped_column(default="password", server_default="password")
    factor_due: Mapped[bool] = mapped_column(default=False, server_default="false")
    proved_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="sign_ins")


class AuthenticatorApp(Base):
    """What a person's app makes its codes from, sealed; a code of `last_step` or before is used up."""

    __tablename__ = "authenticator_apps"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str]
    last_step: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Passkey(Base):
    """A key that stays in somebody's device; here is what its signatures are checked by."""

    __tablename__ = "passkeys"

    id: Mapped[UUID] = id_column()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Opens the account once instead of the second factor."""

    __tablename__ = "recovery_codes"

    id: Mapped[UUID] = id_column()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A challenge that a passkey answered: its answer is taken once."""

    __tablename__ = "spent_challenges"

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class Organizer(Base):
    """Who sells: one currency, one set of fees, one team."""

    __tablename__ = "organizers"
    __table_args__ = (
        CheckConstraint("fee_bp BETWEEN 0 AND 5000", name="fee_bp"),
        CheckConstraint("fee_fixed >= 0", name="fee_fixed"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )

    id: Mapped[UUID] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    blurb: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str]
    fee_bp: Mapped[int] = mapped_column(default=0, server_default="0")
    fee_fixed: Mapped[int] = mapped_column(default=0, server_default="0")
    second_factor_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    memberships: Mapped[list["Membership"]] = relationship(back_populates="organizer")


class Membership(Base):
    """What a person may do for an organizer."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("organizer_id", "user_id"),
        CheckConstraint(
            "role IN ('owner', 'manager', 'box_office', 'finance', 'door', 'read_only')", name="role"
        ),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    user: Mapped[User] = relationship(back_populates="memberships")
    organizer: Mapped[Organizer] = relationship(back_populates="memberships")


class EventRole(Base):
    """What a person may do at one event of an organizer: there it counts instead of the membership."""

    __tablename__ = "event_roles"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint("role IN ('manager', 'box_office', 'finance', 'door', 'read_only')", name="role"),
        Index("ix_event_roles_user_id", "user_id", "organizer_id"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Invitation(Base):
    """Somebody is asked to join, as `role` everywhere or, with events, for these alone.

    It is open until it is accepted, withdrawn, or `expires_at` has come; the link in its mail names it,
    signed.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "organizer_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index("ix_invitations_email", text("lower(email)")),
        CheckConstraint(
            "role IN ('owner', 'manager', 'box_office', 'finance', 'door', 'read_only')", name="role"
        ),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="accepted_or_withdrawn"),
        CheckConstraint("role <> 'owner' OR event_ids = '{}'", name="owners_own_all"),
    )

    id: Mapped[UUID] = id_column()
    organizer_id: Mapped[UUID] = mapped_column(ForeignKey("organizers.id", ondelete="CASCADE"))
    email: Mapped[str]
    role: Mapped[str]
    event_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), default=list, server_default="{}"
    )
    invited_by: Mapped[str] = mapped_column(doc="the name that the mail gives")
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
