"""Let a price step take back by itself what baskets whose time is over were promised.

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Sequence

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# A hold that ran out is free because its time is over, not because it was swept. A step that has too little room
# asks such holds first; one that became an order, or that somebody has locked, is left to the sweeper.
TAKE = """
    CREATE OR REPLACE FUNCTION take_price_steps(kind uuid, wanted int, moment timestamptz)
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
            {late}part := least(wanted, coalesce(one.room, wanted));
            CONTINUE WHEN part <= 0;
            UPDATE price_steps SET taken = taken + part WHERE id = one.id;
            wanted := wanted - part;
            RETURN QUERY SELECT one.id, part, one.price;
        END LOOP;
    END $$
"""
LATE = """IF one.room < wanted THEN
                WITH late AS (
                    SELECT q.hold_line_id AS line FROM hold_line_steps q
                    JOIN hold_lines l ON l.id = q.hold_line_id JOIN holds h ON h.id = l.hold_id
                    WHERE q.step_id = one.id AND h.state = 'active' AND h.expires_at <= moment
                    AND NOT EXISTS (SELECT FROM orders o WHERE o.hold_id = h.id)
                    FOR UPDATE OF h SKIP LOCKED
                ), gone AS (
                    DELETE FROM hold_line_steps q USING late
                    WHERE q.hold_line_id = late.line AND q.step_id = one.id RETURNING q.quantity
                ), back AS (
                    UPDATE price_steps SET taken = taken - (SELECT sum(quantity) FROM gone)
                    WHERE id = one.id AND EXISTS (SELECT FROM gone) RETURNING most - taken AS room
                )
                SELECT coalesce((SELECT room FROM back), one.room) INTO one.room;
            END IF;
            """


def upgrade() -> None:
    op.execute(TAKE.format(late=LATE))


def downgrade() -> None:
    op.execute(TAKE.format(late=""))
