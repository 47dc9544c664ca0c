"""Let a ticket take a place of several pools of its date.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("ticket_types", "hold_lines", "order_lines", "tickets")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table,
            sa.Column("also_pools", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        )
    op.execute(
        """
        CREATE FUNCTION refuse_pools_of_another_date() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM unnest(NEW.pool_id || NEW.also_pools) AS pool
                LEFT JOIN pools p ON p.id = pool AND p.date_id = NEW.date_id
                GROUP BY pool HAVING count(p.id) <> 1
            ) THEN
                RAISE EXCEPTION 'a ticket type takes places of different pools of its own date'
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ticket_types_pools_of_date';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION refuse_other_pools_once_used() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM order_lines WHERE date_id = OLD.date_id AND ticket_type_id = OLD.id)
            OR EXISTS (
                SELECT FROM pools p JOIN hold_lines l ON l.pool_id = p.id JOIN holds h ON h.id = l.hold_id
                WHERE p.date_id = OLD.date_id AND l.ticket_type_id = OLD.id AND h.state = 'active'
            ) THEN
                RAISE EXCEPTION 'some tickets of this type are held or sold, so its pools stay'
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ticket_types_pools_stay';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER pools_of_date BEFORE INSERT OR UPDATE OF pool_id, also_pools, date_id ON ticket_types "
        "FOR EACH ROW EXECUTE FUNCTION refuse_pools_of_another_date()"
    )
    op.execute(
        "CREATE TRIGGER pools_stay BEFORE UPDATE OF pool_id, also_pools ON ticket_types FOR EACH ROW "
        "WHEN (OLD.pool_id <> NEW.pool_id OR OLD.also_pools <> NEW.also_pools) "
        "EXECUTE FUNCTION refuse_other_pools_once_used()"
    )


def downgrade() -> None:
    for trigger in ("pools_stay", "pools_of_date"):
        op.execute(f"DROP TRIGGER {trigger} ON ticket_types")
    op.execute("DROP FUNCTION refuse_other_pools_once_used()")
    op.execute("DROP FUNCTION refuse_pools_of_another_date()")
    for table in reversed(TABLES):
        op.drop_column(table, "also_pools")
