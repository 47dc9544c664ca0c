"""Share the work: roles for single events, invitations, devices in the history, drafts with a time and a bin.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLES = "role IN ('owner', 'manager', 'box_office', 'finance', 'door', 'read_only')"
STATUSES = "'draft', 'published', 'cancelled', 'rehearsal'"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_memberships_role"), "memberships", type_="check")
    op.create_check_constraint(op.f("ck_memberships_role"), "memberships", ROLES)
    _event_roles()
    _invitations()
    op.add_column("audit_entries", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column("events", sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_events_published_at", table_name="events")
    op.create_index("ix_events_published_at", "events", ["published_at"], unique=False)
    op.drop_constraint(op.f("ck_events_status"), "events", type_="check")
    op.create_check_constraint(op.f("ck_events_status"), "events", f"status IN ({STATUSES}, 'deleted')")
    op.create_check_constraint(
        op.f("ck_events_deleted"), "events", "(status = 'deleted') = (deleted_at IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_events_publish_at"), "events", "publish_at IS NULL OR status = 'draft'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_events_publish_at"), "events", type_="check")
    op.drop_constraint(op.f("ck_events_deleted"), "events", type_="check")
    op.execute("DELETE FROM events WHERE status = 'deleted'")
    op.drop_constraint(op.f("ck_events_status"), "events", type_="check")
    op.create_check_constraint(op.f("ck_events_status"), "events", f"status IN ({STATUSES})")
    op.drop_index("ix_events_published_at", table_name="events")
    op.create_index(
        "ix_events_published_at",
        "events",
        ["published_at"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
    )
    op.drop_column("events", "deleted_at")
    op.drop_column("events", "publish_at")
    op.drop_column("audit_entries", "device")
    op.drop_table("invitations")
    op.drop_table("event_roles")
    op.execute("UPDATE memberships SET role = 'door' WHERE role IN ('box_office', 'read_only')")
    op.drop_constraint(op.f("ck_memberships_role"), "memberships", type_="check")
    op.create_check_constraint(
        op.f("ck_memberships_role"), "memberships", "role IN ('owner', 'manager', 'finance', 'door')"
    )


def _event_roles() -> None:
    op.create_table(
        "event_roles",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('manager', 'box_office', 'finance', 'door', 'read_only')",
            name=op.f("ck_event_roles_role"),
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"],
            ["organizers.id"],
            name=op.f("fk_event_roles_organizer_id_organizers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_roles_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_event_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_roles")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_event_roles_event_id_user_id")),
    )
    op.create_index(op.f("ix_event_roles_organizer_id"), "event_roles", ["organizer_id"], unique=False)
    op.create_index("ix_event_roles_user_id", "event_roles", ["user_id", "organizer_id"], unique=False)


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("event_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitations_role")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_invitations_accepted_or_withdrawn")
        ),
        sa.CheckConstraint("role <> 'owner' OR event_ids = '{}'", name=op.f("ck_invitations_owners_own_all")),
        sa.ForeignKeyConstraint(
            ["organizer_id"],
            ["organizers.id"],
            name=op.f("fk_invitations_organizer_id_organizers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["organizer_id", sa.text("lower(email)")],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_index("ix_invitations_email", "invitations", [sa.text("lower(email)")], unique=False)
