"""Ask also about payments that were declined or given up, since the provider's page may still be paid.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PAYABLE = (
    "state IN ('created', 'pending')"
    " OR (state IN ('failed', 'cancelled') AND (asked_at IS NULL OR asked_at < expires_at))"
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_payments_payable",
            "payments",
            ["asked_at"],
            postgresql_where=sa.text(PAYABLE),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.drop_index("ix_payments_open", table_name="payments", postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    op.create_index(
        "ix_payments_open",
        "payments",
        ["asked_at"],
        postgresql_where=sa.text("state IN ('created', 'pending')"),
    )
    op.drop_index("ix_payments_payable", table_name="payments")
