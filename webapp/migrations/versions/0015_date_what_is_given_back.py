"""Write down when a ticket became void, so that reports count what is given back on the day it happened.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
A trigger writes it, so that whatever makes a ticket void, also in the release before, is dated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        CREATE FUNCTION date_what_is_given_back() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.voided_at := now();
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER given_back BEFORE UPDATE OF state ON tickets FOR EACH ROW"
        " WHEN (NEW.state = 'void' AND OLD.state <> 'void') EXECUTE FUNCTION date_what_is_given_back()"
    )
    # Of what was given back before, the order's newest refund tells the time, else its purchase.
    op.execute(
        """
        UPDATE tickets t SET voided_at = coalesce(
            (SELECT max(r.created_at) FROM refunds r JOIN payments p ON p.id = r.payment_id
             WHERE p.reference = t.order_id), t.created_at)
        WHERE t.state = 'void'
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER given_back ON tickets")
    op.execute("DROP FUNCTION date_what_is_given_back()")
    op.drop_column("tickets", "voided_at")
