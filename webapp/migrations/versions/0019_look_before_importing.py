"""Look at a file before it goes in: drafts with their lines, places by other names, feeds.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


def _whose(table: str) -> tuple[sa.Column[object], sa.Column[object], sa.ForeignKeyConstraint]:
    return (
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f(f"fk_{table}_organizer_id_organizers")
        ),
    )


def upgrade() -> None:
    _make_feeds()
    _make_drafts()
    op.create_table(
        "import_places",
        *_whose("import_places"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("venue_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_import_places_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_places")),
        sa.UniqueConstraint(
            "organizer_id", "name", "place", name=op.f("uq_import_places_organizer_id_name_place")
        ),
    )
    op.create_index(op.f("ix_import_places_venue_id"), "import_places", ["venue_id"], unique=False)


def _make_feeds() -> None:
    op.create_table(
        "import_feeds",
        *_whose("import_feeds"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        _json("asks"),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        _json("made_by"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("mode IN ('ask', 'apply')", name=op.f("ck_import_feeds_mode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_feeds")),
        sa.UniqueConstraint("organizer_id", "url", name=op.f("uq_import_feeds_organizer_id_url")),
    )
    op.create_index(
        "ix_import_feeds_due", "import_feeds", ["due_at"], postgresql_where=sa.text("NOT is_paused")
    )


def _make_drafts() -> None:
    op.create_table(
        "import_drafts",
        *_whose("import_drafts"),
        sa.Column("feed_id", sa.UUID(), nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        _json("asks"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        _json("found"),
        _json("agreed"),
        sa.Column("import_id", sa.UUID(), nullable=True),
        _json("made_by"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('reading', 'ready', 'refused', 'importing', 'done')",
            name=op.f("ck_import_drafts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["import_feeds.id"], name=op.f("fk_import_drafts_feed_id_import_feeds"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_drafts_import_id_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_drafts")),
    )  # fmt: skip
    op.create_index("ix_import_drafts_organizer", "import_drafts", ["organizer_id", "id"])
    op.create_index(op.f("ix_import_drafts_feed_id"), "import_drafts", ["feed_id"])
    op.create_table(
        "import_lines",
        sa.Column("draft_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        _json("reasons"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["import_drafts.id"], name=op.f("fk_import_lines_draft_id_import_drafts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "position", name=op.f("pk_import_lines")),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("import_places", "import_lines", "import_drafts", "import_feeds"):
        op.drop_table(table)
