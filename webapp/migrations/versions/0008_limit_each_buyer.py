"""Limit how many tickets of a type one buyer gets over all orders.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One person's address, however its letters are written and whatever stands after a plus.
    op.execute(
        """
        CREATE FUNCTION folded_address(address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN split_part(split_part(lower(address), '@', 1), '+', 1) || '@' || split_part(lower(address), '@', 2)
        """
    )
    op.add_column("ticket_types", sa.Column("max_per_buyer", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_ticket_types_per_buyer"), "ticket_types", "min_per_order <= max_per_buyer"
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_orders_buyer",
            "orders",
            [sa.text("folded_address(buyer_email)")],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    op.drop_index("ix_orders_buyer", table_name="orders")
    op.drop_constraint(op.f("ck_ticket_types_per_buyer"), "ticket_types", type_="check")
    op.drop_column("ticket_types", "max_per_buyer")
    op.execute("DROP FUNCTION folded_address(text)")
