-- A hall of 1,000 seats, an event there that is on sale, and past events that were sold seat by seat.

CREATE TABLE growth_types (
    lane text, turn bigint, type_id uuid, pool_id uuid, date_id uuid, organizer_id uuid, currency text, price int,
    plan_id uuid, PRIMARY KEY (lane, turn)
);

CREATE OR REPLACE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1690000000000 + n), 12, '0') || '7000b' || lpad(to_hex(kind), 3, '0')
            || lpad(to_hex(n), 12, '0'))::uuid
$$;

CREATE TEMP TABLE place ON COMMIT DROP AS
SELECT v.id AS venue_id, v.organizer_id, v.zone, g.currency FROM venues v JOIN organizers g ON g.id = v.organizer_id
ORDER BY v.id LIMIT 1;

INSERT INTO seat_plans (id, organizer_id, venue_id, name, width, height)
SELECT pg_temp.id(1, 0), organizer_id, venue_id, 'Growing hall', 1400, 1400 FROM place;
INSERT INTO price_levels (id, plan_id, name) VALUES (pg_temp.id(2, 0), pg_temp.id(1, 0), 'Stalls');
INSERT INTO sections (id, plan_id, name) VALUES (pg_temp.id(3, 0), pg_temp.id(1, 0), 'Stalls');
INSERT INTO seats (id, plan_id, section_id, level_id, ordinal, row, number, row_position, position, rank, x, y)
SELECT pg_temp.id(4, n), pg_temp.id(1, 0), pg_temp.id(3, 0), pg_temp.id(2, 0), n, 'R' || n / 40, (n % 40 + 1)::text,
       n / 40, n % 40, n, 30 * (n % 40) + 60, 30 * (n / 40) + 120
FROM generate_series(0, 999) AS n;

-- Event 0 is on sale; each of the others has ten dates that have been.
INSERT INTO events (id, organizer_id, slug, title, category, status, published_at)
SELECT pg_temp.id(5, e), organizer_id, 'growing-hall-' || e, 'Growing hall, evening ' || e, 'theatre', 'published',
       now() - interval '500 days'
FROM place, generate_series(0, 41) AS e;
INSERT INTO event_dates (id, event_id, venue_id, starts_at, ends_at, zone, status, plan_id)
SELECT pg_temp.id(6, d), pg_temp.id(5, CASE d WHEN 0 THEN 0 ELSE 1 + d / 10 END), venue_id, at.start,
       at.start + interval '2 hours', zone, 'on_sale', pg_temp.id(1, 0)
FROM place, generate_series(0, 409) AS d,
     LATERAL (SELECT CASE d WHEN 0 THEN now() + interval '30 days' ELSE now() - interval '19 hours' * (d + 3) END AS start) at;
INSERT INTO pools (id, date_id, name, capacity)
SELECT pg_temp.id(7, d), pg_temp.id(6, d), 'Seats', 1000 FROM generate_series(0, 409) AS d;
INSERT INTO ticket_types (id, date_id, pool_id, name, price)
SELECT pg_temp.id(8, d), pg_temp.id(6, d), pg_temp.id(7, d), 'Adult', 4400 FROM generate_series(0, 409) AS d;
INSERT INTO pool_levels (date_id, level_id, pool_id)
SELECT pg_temp.id(6, d), pg_temp.id(2, 0), pg_temp.id(7, d) FROM generate_series(0, 409) AS d;

INSERT INTO growth_types
SELECT 'seated', d - 1, pg_temp.id(8, d), pg_temp.id(7, d), pg_temp.id(6, d), organizer_id, currency, 4400,
       pg_temp.id(1, 0)
FROM place, generate_series(1, 409) AS d;
