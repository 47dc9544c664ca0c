"""Find people by the beginnings of their words, and what needs a person; keep what was put aside.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The words of a text as `webapp.core.text.words` folds what somebody types: lower case, without marks.
SOUGHT = r"""
    CREATE FUNCTION sought(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('simple'::regconfig, translate(
        regexp_replace(
            normalize(replace(replace(replace(lower(said), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFKD),
            '[\u0300-\u036f]', '', 'g'
        ),
        'øØłŁđĐı@._-+/''', 'oollddi       '
    ))
"""

# An order's code with its dash and without: it is typed both ways.
SOUGHT_ORDER = """
    CREATE FUNCTION sought_order(code text, name text, email text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sought(code || ' ' || replace(code, '-', '') || ' ' || name || ' ' || email)
"""

SOUGHT_PERSON = """
    CREATE FUNCTION sought_person(name text, email text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sought(name || ' ' || email)
"""

INDEXES = {
    "orders": "sought_order(code, buyer_name, buyer_email)",
    "tickets": "sought(holder_name)",
    "waitlist_entries": "sought_person(name, email)",
}

RARE = (
    ("ix_orders_review", "orders", "organizer_id", "state = 'needs_review'"),
    ("ix_refunds_open", "refunds", "payment_id", "state <> 'succeeded'"),
)


def upgrade() -> None:
    for function in (SOUGHT, SOUGHT_ORDER, SOUGHT_PERSON):
        op.execute(function)
    op.create_table(
        "todos_aside",
        sa.Column("organizer_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_todos_aside_number")),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_todos_aside_organizer_id_organizers")
        ),
        sa.PrimaryKeyConstraint("organizer_id", "key", name=op.f("pk_todos_aside")),
    )
    with op.get_context().autocommit_block():
        for table, words in INDEXES.items():
            op.create_index(
                f"ix_{table}_sought",
                table,
                [sa.text(words)],
                postgresql_using="gin",
                # Entries that wait in a list would all be paid for by one unlucky guest.
                postgresql_with={"fastupdate": "off"},
                postgresql_concurrently=True,
                if_not_exists=True,
            )
        # What needs a person is rare, and looked for each time that somebody opens their first page.
        for name, table, column, where in RARE:
            op.create_index(
                name,
                table,
                [column],
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    for name, table, *_ in RARE:
        op.drop_index(name, table_name=table)
    op.drop_table("todos_aside")
    for table in INDEXES:
        op.drop_index(f"ix_{table}_sought", table_name=table)
    for function in ("sought_person(text, text)", "sought_order(text, text, text)", "sought(text)"):
        op.execute(f"DROP FUNCTION {function}")
