"""Sell at a counter, keep guest lists, ask before selling, and ask more kinds of questions.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
NOW = sa.text("now()")

KINDS = "kind IN ('text', 'long', 'choice', 'many', 'yes_no', 'number', 'date', 'file')"
KINDS_BEFORE = "kind IN ('text', 'choice', 'yes_no', 'number')"


def upgrade() -> None:
    _orders_and_types()
    _questions()
    _tills()
    _till_entries()
    _guest_entries()
    _ticket_requests()
    for name in (
        "UPDATE OR DELETE ON till_entries FOR EACH ROW",
        "TRUNCATE ON till_entries FOR EACH STATEMENT",
    ):
        trigger = "append_only" if "ROW" in name else "append_only_truncate"
        op.execute(f"CREATE TRIGGER {trigger} BEFORE {name} EXECUTE FUNCTION refuse_rewriting()")
    op.execute(
        "CREATE TRIGGER state_machine BEFORE UPDATE OF state ON ticket_requests FOR EACH ROW"
        " WHEN (OLD.state IS DISTINCT FROM NEW.state)"
        " EXECUTE FUNCTION refuse_wrong_step('asked>approved asked>declined asked>withdrawn')"
    )


def _orders_and_types() -> None:
    op.add_column("orders", sa.Column("channel", sa.Text(), server_default="web", nullable=False))
    op.add_column("orders", sa.Column("answers", JSON, server_default="{}", nullable=False))
    op.execute(
        "ALTER TABLE orders ADD CONSTRAINT ck_orders_channel"
        " CHECK (channel IN ('web', 'counter', 'guest_list')) NOT VALID"
    )
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_channel")
    op.add_column("ticket_types", sa.Column("approval", sa.Text(), server_default="none", nullable=False))
    op.create_check_constraint(
        op.f("ck_ticket_types_approval"), "ticket_types", "approval IN ('none', 'ask', 'hold')"
    )


def _questions() -> None:
    op.add_column("events", sa.Column("answer_hours", sa.Integer(), server_default="24", nullable=True))
    op.add_column("questions", sa.Column("scope", sa.Text(), server_default="ticket", nullable=False))
    op.add_column("questions", sa.Column("type_names", JSON, server_default="[]", nullable=False))
    op.add_column("questions", sa.Column("least", sa.Float(), nullable=True))
    op.add_column("questions", sa.Column("most", sa.Float(), nullable=True))
    op.drop_constraint(op.f("ck_questions_kind"), "questions", type_="check")
    op.create_check_constraint(op.f("ck_questions_kind"), "questions", KINDS)
    op.create_check_constraint(op.f("ck_questions_scope"), "questions", "scope IN ('ticket', 'order')")
    op.create_check_constraint(op.f("ck_questions_bounds"), "questions", "least <= most")
    op.create_table(
        "papers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("basket", sa.Text(), nullable=False),
        sa.Column("reference", sa.UUID(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", TIME, server_default=NOW, nullable=False),
        sa.CheckConstraint("octet_length(content) BETWEEN 1 AND 5000000", name=op.f("ck_papers_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    op.create_index("ix_papers_reference", "papers", ["reference"])
    op.create_index("ix_papers_loose", "papers", ["made_at"], postgresql_where=sa.text("reference IS NULL"))


def _tills() -> None:
    op.create_table(
        "tills",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("start_amount", sa.Integer(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("start_amount >= 0", name=op.f("ck_tills_start_amount")),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_tills_counted")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (closed_at IS NULL) = (expected IS NULL)",
            name=op.f("ck_tills_closed"),
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_tills_organizer_id_organizers")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tills_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tills")),
    )
    op.create_index(op.f("ix_tills_organizer_id"), "tills", ["organizer_id"])
    op.create_index(op.f("ix_tills_user_id"), "tills", ["user_id"])
    op.create_index(
        "uq_tills_open",
        "tills",
        ["organizer_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _till_entries() -> None:
    op.create_table(
        "till_entries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("till_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("tendered", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=True),
        sa.Column("payment_id", sa.UUID(), nullable=True),
        sa.Column("refund_id", sa.UUID(), nullable=True),
        sa.Column("at", TIME, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind IN ('cash', 'card', 'comp', 'cash_refund', 'card_refund', 'moved')",
            name=op.f("ck_till_entries_kind"),
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'comp' THEN amount = 0 WHEN 'cash_refund' THEN amount < 0"
            " WHEN 'card_refund' THEN amount < 0 WHEN 'moved' THEN amount <> 0 ELSE amount > 0 END",
            name=op.f("ck_till_entries_amount"),
        ),
        sa.CheckConstraint(
            "(kind IN ('cash', 'card')) = (payment_id IS NOT NULL)", name=op.f("ck_till_entries_payment")
        ),
        sa.CheckConstraint(
            "(kind IN ('cash_refund', 'card_refund')) = (refund_id IS NOT NULL)",
            name=op.f("ck_till_entries_refund"),
        ),
        sa.CheckConstraint(
            "tendered IS NULL OR kind = 'cash' AND tendered >= amount", name=op.f("ck_till_entries_tendered")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["tills.id"], name=op.f("fk_till_entries_till_id_tills")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_till_entries_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_till_entries_payment_id_payments")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_till_entries_refund_id_refunds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_entries")),
    )
    op.create_index(op.f("ix_till_entries_order_id"), "till_entries", ["order_id"])
    op.create_index("uq_till_entries_payment_id", "till_entries", ["payment_id"], unique=True)
    op.create_index("uq_till_entries_refund_id", "till_entries", ["refund_id"], unique=True)
    op.create_index("ix_till_entries_till", "till_entries", ["till_id", "id"])


def _guest_entries() -> None:
    op.create_table(
        "guest_entries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("date_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("more", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, server_default=NOW, nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.CheckConstraint("more BETWEEN 0 AND 49", name=op.f("ck_guest_entries_more")),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_guest_entries_organizer_id_organizers")
        ),
        sa.ForeignKeyConstraint(
            ["date_id"], ["event_dates.id"], name=op.f("fk_guest_entries_date_id_event_dates")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_guest_entries_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_entries")),
        sa.UniqueConstraint("order_id", name=op.f("uq_guest_entries_order_id")),
    )
    op.create_index(op.f("ix_guest_entries_organizer_id"), "guest_entries", ["organizer_id"])
    op.create_index("ix_guest_entries_date", "guest_entries", ["date_id", "id"])


def _ticket_requests() -> None:
    op.create_table(
        "ticket_requests",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("date_id", sa.UUID(), nullable=False),
        sa.Column("ticket_type_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("answers", JSON, server_default="{}", nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("answer_by", TIME, nullable=False),
        sa.Column("hold_id", sa.UUID(), nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("pay_by", TIME, nullable=True),
        sa.Column("order_id", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'declined', 'withdrawn')", name=op.f("ck_ticket_requests_state")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_ticket_requests_quantity")),
        sa.CheckConstraint(
            "(state = 'approved') = (order_id IS NOT NULL)", name=op.f("ck_ticket_requests_approved")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_ticket_requests_{column}_{table}")
            )
            for column, table in (
                ("organizer_id", "organizers"),
                ("date_id", "event_dates"),
                ("ticket_type_id", "ticket_types"),
                ("user_id", "users"),
                ("hold_id", "holds"),
                ("order_id", "orders"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_requests")),
        sa.UniqueConstraint("secret", name=op.f("uq_ticket_requests_secret")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_ticket_requests_hold_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_ticket_requests_order_id")),
    )
    op.create_index("ix_ticket_requests_organizer", "ticket_requests", ["organizer_id", "state", "id"])
    op.create_index("ix_ticket_requests_date_id", "ticket_requests", ["date_id"])
    op.create_index(
        "uq_ticket_requests_open",
        "ticket_requests",
        ["ticket_type_id", sa.text("lower(email)")],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_ticket_requests_email", "ticket_requests", [sa.text("lower(email)")])
    op.create_index(op.f("ix_ticket_requests_ticket_type_id"), "ticket_requests", ["ticket_type_id"])
    op.create_index(op.f("ix_ticket_requests_user_id"), "ticket_requests", ["user_id"])


def downgrade() -> None:
    for table in ("ticket_requests", "guest_entries", "till_entries", "tills", "papers"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_questions_bounds"), "questions", type_="check")
    op.drop_constraint(op.f("ck_questions_scope"), "questions", type_="check")
    op.drop_constraint(op.f("ck_questions_kind"), "questions", type_="check")
    op.create_check_constraint(op.f("ck_questions_kind"), "questions", KINDS_BEFORE)
    for column in ("most", "least", "type_names", "scope"):
        op.drop_column("questions", column)
    op.drop_column("events", "answer_hours")
    op.drop_column("ticket_types", "approval")
    op.drop_column("orders", "answers")
    op.drop_column("orders", "channel")
