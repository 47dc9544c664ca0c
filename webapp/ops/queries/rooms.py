"""What must hold of waiting rooms and rehearsals."""

from webapp.ops.queries.invariant import Invariant

ADMITTED = Invariant(
    name="nobody goes into a sale twice for one joining",
    counted="SELECT count(*) FROM room_admissions",
    broken="""
        SELECT format('joining %s went in %s times', join_id, count(*))
        FROM room_admissions GROUP BY join_id HAVING count(*) > 1
    """,
)

DRAWN = Invariant(
    name="who was drawn stands where the draw's seed puts them",
    counted="SELECT count(*) FROM room_admissions WHERE place < 1",
    broken="""
        SELECT format('joining %s went in from place %s, the seed of draw %s says %s',
                      a.join_id, a.place, a.draw_id, s.place)
        FROM room_admissions a JOIN room_draws w ON w.id = a.draw_id
        CROSS JOIN LATERAL (
            SELECT ('x' || left(encode(sha256(convert_to(w.seed || a.join_id, 'UTF8')), 'hex'), 13))
                   ::bit(52)::bigint / 4503599627370496::double precision AS place
        ) s
        WHERE a.place < 1 AND a.place <> s.place
    """,
)

BEHIND = Invariant(
    name="a date is behind a waiting room exactly while that is in force",
    counted="SELECT count(*) FROM event_dates",
    broken="""
        SELECT format('date %s is behind room %s, it should be %s',
                      d.id, coalesce(d.room_id::text, 'none'), coalesce(r.id::text, 'none'))
        FROM event_dates d
        LEFT JOIN LATERAL (
            SELECT CASE WHEN in_force_since IS NOT NULL THEN id END AS id FROM waiting_rooms
            WHERE mode <> 'off' AND (date_id = d.id OR event_id = d.event_id AND date_id IS NULL)
            ORDER BY date_id NULLS LAST LIMIT 1
        ) r ON true
        WHERE d.room_id IS DISTINCT FROM r.id
    """,
)

REHEARSED = Invariant(
    name="nothing stays of a rehearsal that has ended",
    counted="SELECT count(*) FROM rehearsals",
    broken="""
        SELECT format('event %s is a copy that nobody rehearses', e.id) FROM events e
        WHERE e.status = 'rehearsal' AND NOT EXISTS (
            SELECT FROM rehearsals r WHERE r.copy_organizer_id = e.organizer_id AND r.state = 'running'
        )
    """,
)

INVARIANTS: tuple[Invariant, ...] = (ADMITTED, DRAWN, BEHIND, REHEARSED)
