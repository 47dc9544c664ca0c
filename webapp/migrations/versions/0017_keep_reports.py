"""Keep reports with a name, and mail them once for each period.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_reports",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("form", sa.Text(), server_default="csv", nullable=False),
        sa.Column("cadence", sa.Text(), server_default="never", nullable=False),
        sa.Column("weekday", sa.Integer(), server_default="1", nullable=False),
        sa.Column("day", sa.Integer(), server_default="1", nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "cadence IN ('never', 'daily', 'weekly', 'monthly')", name=op.f("ck_saved_reports_cadence")
        ),
        sa.CheckConstraint("form IN ('csv', 'xlsx')", name=op.f("ck_saved_reports_form")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_saved_reports_weekday")),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name=op.f("ck_saved_reports_day")),
        sa.CheckConstraint("(cadence = 'never') = (next_at IS NULL)", name=op.f("ck_saved_reports_next_at")),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_saved_reports_organizer_id_organizers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reports")),
    )
    op.create_index(
        "uq_saved_reports_name", "saved_reports", ["organizer_id", sa.text("lower(name)")], unique=True
    )
    op.create_index(
        "ix_saved_reports_due",
        "saved_reports",
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "report_runs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("report_id", sa.UUID(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["saved_reports.id"],
            name=op.f("fk_report_runs_report_id_saved_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_runs")),
        sa.UniqueConstraint("report_id", "period", name=op.f("uq_report_runs_report_id_period")),
    )


def downgrade() -> None:
    op.drop_table("report_runs")
    op.drop_table("saved_reports")
