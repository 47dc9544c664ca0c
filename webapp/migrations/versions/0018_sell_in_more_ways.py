"""Sell in more ways: price steps, prices that guests choose, groups, add-ons, donations, batches of codes.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

IDS = postgresql.ARRAY(sa.UUID())

# One call takes a line's tickets from the steps in force, first come first served, split where a step ends. Each
# statement of it sees what others have just written, and whoever locks steps does so in the order of their ids.
TAKE = """
    CREATE FUNCTION take_price_steps(kind uuid, wanted int, moment timestamptz)
    RETURNS TABLE (step uuid, tickets int, price int) LANGUAGE plpgsql AS $$
    DECLARE
        one record;
        part int;
    BEGIN
        PERFORM FROM price_steps s WHERE s.ticket_type_id = kind ORDER BY s.id FOR NO KEY UPDATE;
        FOR one IN
            SELECT s.id, s.price, s.most - s.taken AS room FROM price_steps s
            WHERE s.ticket_type_id = kind AND (s.ends_at IS NULL OR s.ends_at > moment)
            ORDER BY s.position, s.id
        LOOP
            part := least(wanted, coalesce(one.room, wanted));
            CONTINUE WHEN part <= 0;
            UPDATE price_steps SET taken = taken + part WHERE id = one.id;
            wanted := wanted - part;
            RETURN QUERY SELECT one.id, part, one.price;
        END LOOP;
    END $$
"""

# Steps are locked by their type, then by their id, wherever several are given back together.
ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "vouchers": (
        sa.Column("batch_id", sa.UUID(), nullable=True),
        sa.Column("is_batch", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_per_buyer", sa.Integer(), nullable=True),
        sa.Column("date_ids", IDS, server_default="{}", nullable=False),
        sa.Column("type_ids", IDS, server_default="{}", nullable=False),
    ),
    "ticket_types": (
        sa.Column("price_floor", sa.Integer(), nullable=True),
        sa.Column("group_from", sa.Integer(), nullable=True),
        sa.Column("group_price", sa.Integer(), nullable=True),
        sa.Column("is_addon", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("addon_most", sa.Integer(), nullable=True),
        sa.Column("addon_required", sa.Boolean(), server_default="false", nullable=False),
    ),
    "pools": (sa.Column("is_extra", sa.Boolean(), server_default="false", nullable=False),),
    "events": (
        sa.Column("donation_ask", sa.Text(), server_default="", nullable=False),
        sa.Column("donation_suggested", sa.Integer(), nullable=True),
    ),
    "holds": (
        sa.Column("donation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("donation_event_id", sa.UUID(), nullable=True),
    ),
    "hold_lines": (sa.Column("price", sa.Integer(), nullable=True),),
    "orders": (
        sa.Column("donation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("donation_event_id", sa.UUID(), nullable=True),
        sa.Column("donation_returned", sa.Boolean(), server_default="false", nullable=False),
    ),
    "order_lines": (sa.Column("step_id", sa.UUID(), nullable=True),),
    "tickets": (sa.Column("step_id", sa.UUID(), nullable=True),),
}

CHECKS = {
    ("vouchers", "batch"): "NOT is_batch OR batch_id IS NULL",
    ("vouchers", "per_buyer"): "max_per_buyer > 0",
    ("ticket_types", "price_floor"): "price_floor BETWEEN 0 AND price",
    (
        "ticket_types",
        "group",
    ): "(group_from IS NULL) = (group_price IS NULL) AND group_from > 1 AND group_price >= 0",
    ("ticket_types", "addon"): "addon_most > 0 AND (is_addon OR addon_most IS NULL AND NOT addon_required)",
    ("holds", "donation"): "donation >= 0",
    ("hold_lines", "price"): "price >= 0",
}

KEYS = (
    ("vouchers", "batch_id", "vouchers", "CASCADE"),
    ("holds", "donation_event_id", "events", "SET NULL"),
    ("orders", "donation_event_id", "events", "SET NULL"),
    ("order_lines", "step_id", "price_steps", None),
    ("tickets", "step_id", "price_steps", None),
)

SUMS = "subtotal >= 0 AND discount >= 0 AND fee >= 0 AND tax >= 0{donation} AND total = subtotal - discount + fee{more}"


def upgrade() -> None:
    op.create_table(
        "price_steps",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("ticket_type_id", sa.UUID(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_price_steps_price")),
        sa.CheckConstraint("ends_at IS NOT NULL OR most IS NOT NULL", name=op.f("ck_price_steps_ends")),
        sa.CheckConstraint(
            "0 <= taken AND (most IS NULL OR taken <= most)", name=op.f("ck_price_steps_taken_within_most")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["ticket_types.id"],
            name=op.f("fk_price_steps_ticket_type_id_ticket_types"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_steps")),
    )
    op.create_index(op.f("ix_price_steps_ticket_type_id"), "price_steps", ["ticket_type_id"])
    op.create_table(
        "hold_line_steps",
        sa.Column("hold_line_id", sa.UUID(), nullable=False),
        sa.Column("step_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_hold_line_steps_quantity")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_hold_line_steps_price")),
        sa.ForeignKeyConstraint(
            ["hold_line_id"],
            ["hold_lines.id"],
            name=op.f("fk_hold_line_steps_hold_line_id_hold_lines"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["price_steps.id"], name=op.f("fk_hold_line_steps_step_id_price_steps")
        ),
        sa.PrimaryKeyConstraint("hold_line_id", "step_id", name=op.f("pk_hold_line_steps")),
    )
    op.create_index(op.f("ix_hold_line_steps_step_id"), "hold_line_steps", ["step_id"])
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    for (table, name), rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    for table, key, other, ondelete in KEYS:
        op.create_foreign_key(
            op.f(f"fk_{table}_{key}_{other}"), table, other, [key], ["id"], ondelete=ondelete
        )
    op.drop_constraint(op.f("ck_orders_sums"), "orders", type_="check")
    op.create_check_constraint(
        op.f("ck_orders_sums"), "orders", SUMS.format(donation=" AND donation >= 0", more=" + donation")
    )
    op.drop_constraint(op.f("uq_order_lines_order_id_ticket_type_id"), "order_lines", type_="unique")
    op.create_unique_constraint(
        op.f("uq_order_lines_order_id_ticket_type_id_step_id"),
        "order_lines",
        ["order_id", "ticket_type_id", "step_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_vouchers_batch_id", "vouchers", ["batch_id"], postgresql_where=sa.text("batch_id IS NOT NULL")
    )
    op.create_index(
        "ix_tickets_step_id", "tickets", ["step_id"], postgresql_where=sa.text("step_id IS NOT NULL")
    )
    op.execute(TAKE)


def downgrade() -> None:
    op.execute("DROP FUNCTION take_price_steps(uuid, int, timestamptz)")
    op.drop_index("ix_tickets_step_id", table_name="tickets")
    op.drop_index("ix_vouchers_batch_id", table_name="vouchers")
    op.drop_constraint(op.f("uq_order_lines_order_id_ticket_type_id_step_id"), "order_lines", type_="unique")
    op.create_unique_constraint(
        op.f("uq_order_lines_order_id_ticket_type_id"), "order_lines", ["order_id", "ticket_type_id"]
    )
    op.drop_constraint(op.f("ck_orders_sums"), "orders", type_="check")
    op.create_check_constraint(op.f("ck_orders_sums"), "orders", SUMS.format(donation="", more=""))
    for table, column, other, _ in reversed(KEYS):
        op.drop_constraint(op.f(f"fk_{table}_{column}_{other}"), table, type_="foreignkey")
    for table, name in reversed(CHECKS):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    for table, added in reversed(ADDED.items()):
        for one in reversed(added):
            op.drop_column(table, one.name)
    op.drop_table("hold_line_steps")
    op.drop_table("price_steps")
