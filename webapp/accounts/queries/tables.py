"""The team as a table that its owner filters, sorts and takes away."""

from webapp.accounts.queries.houses import Member
from webapp.accounts.rules import ROLES, role_name
from webapp.core.tables import Column, Sieve, Table

# Whoever works here, for everything or for single events only.
SOURCE = """
    (SELECT user_id FROM memberships WHERE organizer_id = :organizer
     UNION SELECT user_id FROM event_roles WHERE organizer_id = :organizer) w
    JOIN users u ON u.id = w.user_id
    LEFT JOIN memberships m ON m.user_id = u.id AND m.organizer_id = :organizer
"""

SINGLE = """
    CROSS JOIN LATERAL (
        SELECT min(r.created_at) AS since,
               coalesce(json_agg(json_build_array(r.event_id, e.title, r.role) ORDER BY e.title, e.id)
                        FILTER (WHERE e.id IS NOT NULL), '[]') AS at
        FROM event_roles r JOIN events e ON e.id = r.event_id
        WHERE r.user_id = u.id AND r.organizer_id = :organizer
    ) s
"""

HAS_FACTOR = """(EXISTS (SELECT 1 FROM authenticator_apps a WHERE a.user_id = u.id)
    OR EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id))"""

QUOTED = ", ".join(f"'{role}'" for role in ROLES)
ORDER = f"array_position(ARRAY[{QUOTED}], m.role)"

MEMBERS = Table(
    name="members",
    row=Member,
    columns=(
        Column("name", "Name", sort="lower(u.name)"),
        Column("email", "E-mail", sort="lower(u.email)"),
        Column("since", "Since", sort="coalesce(m.created_at, s.since)"),
        Column("role", "Role", sort=f"{ORDER} {{way}} NULLS LAST"),
        Column(
            "at",
            "At single events",
            cell=lambda member: ", ".join(f"{role_name(role)} of {title}" for _, title, role in member.at),
        ),
        Column("has_factor", "Second factor", cell=lambda member: "yes" if member.has_factor else "no"),
        Column("remove", ""),
    ),
    select="u.id AS user_id, u.name, u.email, m.role, coalesce(m.created_at, s.since) AS since, s.at,"
    f" {HAS_FACTOR} AS has_factor",
    source=SOURCE,
    joins=SINGLE,
    where="true",
    sort="role",
    tie="u.id",
    words="u.name ILIKE :like OR u.email ILIKE :like",
    words_head="Name or e-mail",
    sieves=(
        Sieve(
            *("role", "Role", "coalesce(m.role, '')"),
            tuple((role, role_name(role).capitalize()) for role in ROLES),
            kind="tabs",
        ),
    ),
)
