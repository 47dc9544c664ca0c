"""Let PostgreSQL refuse a rewritten history and a wrong step of a state machine.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("ledger_entries", "audit_entries", "payment_events", "check_ins")

# (table, column) -> every step that is allowed, as "from>to".
STEPS = {
    ("holds", "state"): "active>converted active>released",
    ("orders", "state"): (
        "awaiting_payment>paid awaiting_payment>expired awaiting_payment>cancelled awaiting_payment>auto_refunded "
        "expired>paid expired>auto_refunded cancelled>auto_refunded "
        "paid>part_refunded paid>refunded paid>cancelled part_refunded>refunded "
        "awaiting_payment>needs_review expired>needs_review paid>needs_review part_refunded>needs_review "
        "cancelled>needs_review refunded>needs_review auto_refunded>needs_review "
        "needs_review>refunded needs_review>auto_refunded"
    ),
    # A payment that we gave up may still be paid at the provider's; money that arrived is never ignored.
    ("payments", "state"): (
        "created>pending created>failed created>cancelled created>succeeded "
        "pending>succeeded pending>failed pending>cancelled failed>succeeded cancelled>succeeded failed>pending"
    ),
    ("refunds", "state"): "requested>succeeded requested>failed failed>requested failed>succeeded",
    ("tickets", "state"): "valid>used used>valid valid>void used>void",
}


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
    op.execute(
        """
        CREATE FUNCTION refuse_wrong_step() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT (OLD.state || '>' || NEW.state) = ANY (string_to_array(TG_ARGV[0], ' ')) THEN
                RAISE EXCEPTION '% may not go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_state_machine';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    for (table, column), steps in STEPS.items():
        op.execute(
            f"CREATE TRIGGER state_machine BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
            f"WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION refuse_wrong_step('{steps}')"
        )


def downgrade() -> None:
    for table, _ in STEPS:
        op.execute(f"DROP TRIGGER state_machine ON {table}")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(f"DROP TRIGGER append_only_truncate ON {table}")
    op.execute("DROP FUNCTION refuse_wrong_step()")
    op.execute("DROP FUNCTION refuse_rewriting()")
