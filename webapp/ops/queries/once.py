"""What must be there once, and what must have been written down beside it.

Unique keys and triggers refuse the opposite. These look at the rows themselves, so a key that was dropped, or
an index that lies, shows too.
"""

from webapp.ops.queries.invariant import Invariant

ONCE = Invariant(
    name="every order, seat, payment, refund, word of the provider and job is there once",
    counted="""
        SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM payments)
             + (SELECT count(*) FROM refunds) + (SELECT count(*) FROM payment_events)
             + (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM seat_claims)
    """,
    broken="""
        SELECT format('hold %s has %s orders', hold_id, count(*))
        FROM orders GROUP BY hold_id HAVING count(*) > 1
        UNION ALL
        SELECT format('payment %s is asked for %s times', idempotency_key, count(*))
        FROM payments GROUP BY idempotency_key HAVING count(*) > 1
        UNION ALL
        SELECT format('refund %s is there %s times', idempotency_key, count(*))
        FROM refunds GROUP BY idempotency_key HAVING count(*) > 1
        UNION ALL
        SELECT format('event %s of %s was kept %s times', provider_event_id, provider, count(*))
        FROM payment_events GROUP BY provider, provider_event_id HAVING count(*) > 1
        UNION ALL
        SELECT format('seat %s of date %s is claimed %s times', seat_id, date_id, count(*))
        FROM seat_claims GROUP BY date_id, seat_id HAVING count(*) > 1
        UNION ALL
        SELECT format('seat %s of date %s has %s live tickets', seat_id, date_id, count(*))
        FROM tickets WHERE seat_id IS NOT NULL AND state <> 'void'
        GROUP BY date_id, seat_id HAVING count(*) > 1
        UNION ALL
        SELECT format('job %s follows %s times from event %s', job, count(*), outbox_id)
        FROM deliveries GROUP BY outbox_id, job HAVING count(*) > 1
    """,
)

HEARD = Invariant(
    name="no payment succeeded without a word of the provider",
    # Over a counter the till says it instead.
    counted="""
        SELECT count(*) FROM payments WHERE state = 'succeeded' AND provider NOT IN ('cash', 'terminal')
    """,
    broken="""
        SELECT format('payment %s succeeded and nothing was heard of it', p.id)
        FROM payments p
        WHERE p.state = 'succeeded' AND p.provider NOT IN ('cash', 'terminal')
          AND NOT EXISTS (SELECT FROM payment_events e WHERE e.payment_id = p.id)
    """,
)

HISTORY = Invariant(
    name="every paid order says so in its history",
    counted="SELECT count(*) FROM orders WHERE paid_at IS NOT NULL",
    broken="""
        SELECT format('order %s was paid at %s and its history does not say so', o.code, o.paid_at)
        FROM orders o
        WHERE o.paid_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM rehearsals r WHERE r.copy_organizer_id = o.organizer_id)
          AND NOT EXISTS (SELECT FROM audit_entries a WHERE a.subject_kind = 'order' AND a.subject_id = o.id
                          AND a.action IN ('Paid', 'Booked, free'))
    """,
)

INVARIANTS: tuple[Invariant, ...] = (ONCE, HEARD, HISTORY)
