"""Design seat plans: what seats are made from, the steps that can be taken back, and which plan came before.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("seat_plans", sa.Column("signs", JSONB, server_default="[]", nullable=False))
    op.add_column(
        "seat_plans",
        sa.Column("design", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("seat_plans", sa.Column("replaces_id", sa.UUID(), nullable=True))
    op.create_index(op.f("ix_seat_plans_replaces_id"), "seat_plans", ["replaces_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_seat_plans_replaces_id_seat_plans"), "seat_plans", "seat_plans", ["replaces_id"], ["id"]
    )
    op.create_table(
        "plan_designs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("venue_id", sa.UUID(), nullable=False),
        sa.Column("plan_id", sa.UUID(), nullable=True),
        sa.Column("made_version", sa.Integer(), nullable=True),
        sa.Column("design", JSONB, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_plan_designs_organizer_id_organizers")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["seat_plans.id"], name=op.f("fk_plan_designs_plan_id_seat_plans")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_plan_designs_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_designs")),
    )
    op.create_index(op.f("ix_plan_designs_organizer_id"), "plan_designs", ["organizer_id"], unique=False)
    op.create_index(op.f("ix_plan_designs_plan_id"), "plan_designs", ["plan_id"], unique=False)
    op.create_table(
        "design_steps",
        sa.Column("design_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("before", JSONB, nullable=False),
        sa.ForeignKeyConstraint(
            ["design_id"],
            ["plan_designs.id"],
            name=op.f("fk_design_steps_design_id_plan_designs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("design_id", "version", name=op.f("pk_design_steps")),
    )


def downgrade() -> None:
    op.drop_table("design_steps")
    op.drop_table("plan_designs")
    op.drop_constraint(op.f("fk_seat_plans_replaces_id_seat_plans"), "seat_plans", type_="foreignkey")
    op.drop_index(op.f("ix_seat_plans_replaces_id"), "seat_plans")
    for column in ("replaces_id", "design", "signs"):
        op.drop_column("seat_plans", column)
