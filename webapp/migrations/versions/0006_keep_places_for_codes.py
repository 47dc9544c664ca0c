"""Keep places of a pool for who has a code.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pools", sa.Column("parent_id", sa.UUID(), nullable=True))
    op.add_column("pools", sa.Column("voucher_id", sa.UUID(), nullable=True))
    op.add_column("pools", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_pools_reserve"), "pools", "(parent_id IS NULL) = (voucher_id IS NULL)"
    )
    op.create_unique_constraint(op.f("uq_pools_parent_id_voucher_id"), "pools", ["parent_id", "voucher_id"])
    op.create_index(
        "ix_pools_voucher_id", "pools", ["voucher_id"], postgresql_where=sa.text("voucher_id IS NOT NULL")
    )
    op.create_foreign_key(
        op.f("fk_pools_parent_id_pools"), "pools", "pools", ["parent_id"], ["id"], ondelete="CASCADE"
    )
    op.create_foreign_key(op.f("fk_pools_voucher_id_vouchers"), "pools", "vouchers", ["voucher_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_pools_voucher_id_vouchers"), "pools", type_="foreignkey")
    op.drop_constraint(op.f("fk_pools_parent_id_pools"), "pools", type_="foreignkey")
    op.drop_index("ix_pools_voucher_id", table_name="pools")
    op.drop_constraint(op.f("uq_pools_parent_id_voucher_id"), "pools", type_="unique")
    op.drop_constraint(op.f("ck_pools_reserve"), "pools", type_="check")
    for column in ("released_at", "voucher_id", "parent_id"):
        op.drop_column("pools", column)
