"""Write to guests: messages, each of their mails once, what bounced, and who wants news.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# From one state to another: what the mail server took, or may have taken, is never sent again.
STEPS = {
    "messages": "draft>scheduled scheduled>draft scheduled>sending sending>sent sending>stopped",
    "message_recipients": (
        "waiting>sending waiting>skipped waiting>failed sending>sent sending>failed sending>unknown sending>waiting"
    ),
}


def _at(name: str, *, now: bool = False) -> sa.Column[Any]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=default)


def _text(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def upgrade() -> None:
    op.add_column(
        "orders", sa.Column("wants_news", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        _text("purpose", "booking"),
        _text("subject"),
        _text("body"),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _text("state", "draft"),
        _at("send_at"),
        _text("zone", "UTC"),
        _text("trial", ""),
        _text("made_by"),
        _at("made_at", now=True),
        _at("started_at"),
        _at("tended_at"),
        _at("ended_at"),
        sa.CheckConstraint("purpose IN ('booking', 'news')", name=op.f("ck_messages_purpose")),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'sending', 'sent', 'stopped')", name=op.f("ck_messages_state")
        ),
        sa.CheckConstraint(
            "(state = 'scheduled') <= (send_at IS NOT NULL)", name=op.f("ck_messages_send_at")
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_messages_organizer_id_organizers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_organizer", "messages", ["organizer_id", "id"])
    op.create_index(
        "ix_messages_open",
        "messages",
        ["send_at"],
        postgresql_where=sa.text("state IN ('scheduled', 'sending')"),
    )
    op.create_table(
        "message_recipients",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        _text("address"),
        _text("name"),
        sa.Column("order_id", sa.UUID(), nullable=True),
        sa.Column("entry_id", sa.UUID(), nullable=True),
        sa.Column("date_id", sa.UUID(), nullable=True),
        _text("secret"),
        _text("state", "waiting"),
        _text("reason", ""),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _at("due_at", now=True),
        _at("begun_at"),
        _at("ended_at"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'skipped', 'unknown')",
            name=op.f("ck_message_recipients_state"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_message_recipients_message_id_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_message_recipients_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["waitlist_entries.id"],
            name=op.f("fk_message_recipients_entry_id_waitlist_entries"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["date_id"],
            ["event_dates.id"],
            name=op.f("fk_message_recipients_date_id_event_dates"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_recipients")),
        sa.UniqueConstraint("secret", name=op.f("uq_message_recipients_secret")),
    )
    op.create_index(
        "uq_message_recipients_address",
        "message_recipients",
        ["message_id", sa.text("lower(address)")],
        unique=True,
    )
    op.create_index(
        "ix_message_recipients_open",
        "message_recipients",
        ["message_id", "due_at"],
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index("ix_message_recipients_address", "message_recipients", [sa.text("lower(address)")])
    op.create_table(
        "mail_bounces",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        _text("address"),
        _text("kind"),
        _text("reason"),
        _text("source"),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        _at("at", now=True),
        _at("cleared_at"),
        sa.CheckConstraint("kind IN ('hard', 'soft', 'complaint')", name=op.f("ck_mail_bounces_kind")),
        sa.CheckConstraint("source IN ('mail server', 'webhook')", name=op.f("ck_mail_bounces_source")),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_mail_bounces_organizer_id_organizers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounces")),
    )
    op.create_index(
        "uq_mail_bounces_address", "mail_bounces", ["organizer_id", sa.text("lower(address)")], unique=True
    )
    op.create_table(
        "news_choices",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        _text("address"),
        sa.Column("wants", sa.Boolean(), nullable=False),
        _text("source"),
        _at("at", now=True),
        sa.CheckConstraint(
            "source IN ('link', 'one click', 'complaint')", name=op.f("ck_news_choices_source")
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_news_choices_organizer_id_organizers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_choices")),
    )
    op.create_index(
        "ix_news_choices_address", "news_choices", ["organizer_id", sa.text("lower(address)"), "id"]
    )
    op.create_table(
        "mail_pace",
        sa.Column("id", sa.Integer(), nullable=False),
        _at("next_at", now=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_pace_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_pace")),
    )
    op.execute("INSERT INTO mail_pace (id) VALUES (1)")
    for table, steps in STEPS.items():
        op.execute(
            f"CREATE TRIGGER state_machine BEFORE UPDATE OF state ON {table} FOR EACH ROW "
            f"WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_wrong_step('{steps}')"
        )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON news_choices "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
    )


def downgrade() -> None:
    for table in ("mail_pace", "news_choices", "mail_bounces", "message_recipients", "messages"):
        op.drop_table(table)
    op.drop_column("orders", "wants_news")
