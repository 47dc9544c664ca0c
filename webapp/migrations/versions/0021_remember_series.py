"""Remember series: the rule that dates were made by, and which date stands for which of its days.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("venue_id", sa.UUID(), nullable=False),
        sa.Column("pattern", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_series_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_series_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index(op.f("ix_series_event_id"), "series", ["event_id"], unique=False)
    op.create_index(op.f("ix_series_venue_id"), "series", ["venue_id"], unique=False)
    op.create_table(
        "series_dates",
        sa.Column("date_id", sa.UUID(), nullable=False),
        sa.Column("series_id", sa.UUID(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["date_id"],
            ["event_dates.id"],
            name=op.f("fk_series_dates_date_id_event_dates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_dates_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("date_id", name=op.f("pk_series_dates")),
        sa.UniqueConstraint("series_id", "day", name=op.f("uq_series_dates_series_id_day")),
    )


def downgrade() -> None:
    op.drop_table("series_dates")
    op.drop_table("series")
