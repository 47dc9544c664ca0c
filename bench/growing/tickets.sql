-- Orders of two tickets each, paid long ago, written set by set: those numbered `first` to `last`.
-- Ids follow from the number, so nothing has to be joined. Foreign keys hold by construction and are not asked.

SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;
SET LOCAL work_mem = '128MB';

CREATE OR REPLACE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7000a' || lpad(to_hex(kind), 3, '0')
            || lpad(to_hex(n), 12, '0'))::uuid
$$;

-- Every tenth order is for the date that is measured, four are for seats of past dates, the rest for any date.
CREATE TEMP TABLE bought ON COMMIT DROP AS
SELECT o.n, t.*, s.first_seat, s.second_seat,
       CASE WHEN o.n %% 12 = 0 THEN now() - interval '1 hour' * (1 + o.n %% 600)
            ELSE now() - interval '400 days' + interval '25 seconds' * o.n END AS at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS o(n)
CROSS JOIN LATERAL (
    SELECT CASE WHEN o.n %% 10 = 0 THEN 'measured' WHEN o.n %% 10 <= 4 THEN 'seated' ELSE 'any' END AS lane,
           (o.n / 10 * 4 + o.n %% 10 - 1) AS seated_turn
) l
JOIN (SELECT lane, count(*) AS count FROM growth_types GROUP BY lane) c ON c.lane = l.lane
JOIN growth_types t ON t.lane = l.lane
    AND t.turn = CASE l.lane WHEN 'seated' THEN l.seated_turn / 500 ELSE o.n %% c.count END
LEFT JOIN LATERAL (
    SELECT min(id::text)::uuid AS first_seat, max(id::text)::uuid AS second_seat FROM seats
    WHERE l.lane = 'seated' AND plan_id = t.plan_id
      AND ordinal IN (l.seated_turn %% 500 * 2, l.seated_turn %% 500 * 2 + 1)
) s ON true;

INSERT INTO holds (id, basket, organizer_id, state, created_at, expires_at)
SELECT pg_temp.id(1, n), md5(n::text), organizer_id, 'converted', at, at + interval '10 minutes' FROM bought;

INSERT INTO hold_lines (id, hold_id, ticket_type_id, pool_id, quantity)
SELECT pg_temp.id(2, n), pg_temp.id(1, n), type_id, pool_id, 2 FROM bought;

INSERT INTO orders (id, code, secret, hold_id, organizer_id, basket, state, buyer_name, buyer_email, currency,
                    subtotal, total, created_at, paid_at)
SELECT pg_temp.id(3, n), overlay(lpad(upper(to_hex(n)), 8, '0') PLACING '-' FROM 5 FOR 0), md5('order' || n),
       pg_temp.id(1, n), organizer_id, md5(n::text), 'paid', 'Amara Okafor', 'amara-' || n / 3 || '@example.org',
       currency, 2 * price, 2 * price, at, at
FROM bought;

INSERT INTO order_lines (id, order_id, ticket_type_id, date_id, pool_id, quantity, unit_price, attendees)
SELECT pg_temp.id(4, n), pg_temp.id(3, n), type_id, date_id, pool_id, 2, price,
       jsonb_strip_nulls(jsonb_build_array(one.entry || jsonb_build_object('seat', first_seat),
                                           one.entry || jsonb_build_object('seat', second_seat)))
FROM bought, LATERAL (SELECT jsonb_build_object('name', 'Amara Okafor', 'answers', '{}'::jsonb,
                                                'price', price) AS entry) one;

INSERT INTO tickets (id, secret, order_id, order_line_id, number, date_id, ticket_type_id, pool_id, seat_id, price,
                     holder_name, created_at)
SELECT pg_temp.id(5, 2 * n + k), md5('ticket' || 2 * n + k), pg_temp.id(3, n), pg_temp.id(4, n), k + 1, date_id,
       type_id, pool_id, CASE k WHEN 0 THEN first_seat ELSE second_seat END, price, 'Amara Okafor', at
FROM bought, generate_series(0, 1) AS k;

INSERT INTO seat_claims (date_id, seat_id, ticket_id)
SELECT date_id, CASE k WHEN 0 THEN first_seat ELSE second_seat END, pg_temp.id(5, 2 * n + k)
FROM bought, generate_series(0, 1) AS k WHERE first_seat IS NOT NULL;

INSERT INTO payments (id, reference, provider, provider_id, state, amount, currency, return_url, expires_at,
                      idempotency_key, created_at, succeeded_at)
SELECT pg_temp.id(6, n), pg_temp.id(3, n), 'sandbox', 'growth-' || n, 'succeeded', 2 * price, currency, '/',
       at + interval '1 day', 'growth-' || n, at, at
FROM bought;

INSERT INTO payment_events (id, payment_id, provider, provider_event_id, kind, payload, received_at)
SELECT pg_temp.id(7, n), pg_temp.id(6, n), 'sandbox', 'growth-' || n, 'session.paid', '{}', at FROM bought;

INSERT INTO ledger_entries (id, at, reference, payment_id, kind, amount, currency)
SELECT pg_temp.id(8, n), at, pg_temp.id(3, n), pg_temp.id(6, n), 'payment', 2 * price, currency FROM bought;

INSERT INTO audit_entries (id, at, actor_kind, actor_name, organizer_id, subject_kind, subject_id, action)
SELECT pg_temp.id(9, n), at, 'system', 'Marquee', organizer_id, 'order', pg_temp.id(3, n), 'Paid' FROM bought;

-- What was told of an order is kept for a month.
INSERT INTO outbox (id, topic, payload, created_at, sent_at)
SELECT pg_temp.id(10, n), 'OrderPaid', jsonb_build_object('order_id', pg_temp.id(3, n)), at, at
FROM bought WHERE n %% 12 = 0;

INSERT INTO deliveries (id, outbox_id, job, queue, attempts, due_at, sent_at, started_at, done_at)
SELECT pg_temp.id(11, n), pg_temp.id(10, n), 'mail_tickets', 'urgent', 1, at, at, at, at
FROM bought WHERE n %% 12 = 0;

INSERT INTO sent_mails (id, message_id, kind, reference, recipient, subject, sent_at)
SELECT pg_temp.id(12, n), 'growth-' || n, 'order_paid', pg_temp.id(3, n), 'amara-' || n / 3 || '@example.org',
       'Your tickets', at
FROM bought WHERE n %% 12 = 0;

-- Pools of places grow with what is sold of them, so what is left stays as it was.
UPDATE pools p SET taken = p.taken + b.places, capacity = p.capacity + CASE b.lane WHEN 'seated' THEN 0 ELSE b.places END
FROM (SELECT pool_id, lane, 2 * count(*) AS places FROM bought GROUP BY pool_id, lane) b WHERE p.id = b.pool_id;

UPDATE events SET version = version + 1;
