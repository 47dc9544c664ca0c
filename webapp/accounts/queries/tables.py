"""The team, and who is invited, as tables that their owner filters, sorts and takes away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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

# Withdrawn invitations can be sent again for so long.
KEPT = timedelta(days=30)

GONE = """CASE WHEN i.withdrawn_at IS NOT NULL THEN 'withdrawn'
               WHEN i.expires_at <= :now THEN 'old' ELSE 'open' END"""
FOR = """coalesce((SELECT array_agg(e.title ORDER BY e.title, e.id) FROM events e
                   WHERE e.organizer_id = :organizer AND e.id = ANY(i.event_ids)), '{}')"""
STATES = (("open", "Open"), ("old", "Too old"), ("withdrawn", "Withdrawn"))


@dataclass(frozen=True)
class InvitationRow:
    """Somebody who was asked to join and did not come yet; `events` are those that it is for alone."""

    id: UUID
    email: str
    role: str
    events: list[str]
    invited_by: str
    sent_at: datetime
    expires_at: datetime
    state: str


INVITED = Table(
    name="invitations",
    prefix="invited_",
    row=InvitationRow,
    columns=(
        Column("email", "E-mail", sort="lower(i.email)"),
        Column(
            "role",
            "As",
            sort="i.role",
            cell=lambda row: " of ".join(filter(None, (role_name(row.role), ", ".join(row.events)))),
        ),
        Column("invited_by", "By", sort="lower(i.invited_by)"),
        Column("sent_at", "Sent", sort=f"{GONE} = 'withdrawn', i.sent_at {{way}}"),
        Column("state", "State", cell=lambda row: dict(STATES)[row.state]),
        Column("expires_at", "Open until", shown=False),
        Column("do", "What can be done", filed=False),
    ),
    select=f"i.id, i.email, i.role, i.invited_by, i.sent_at, i.expires_at, {GONE} AS state, {FOR} AS events",
    source="invitations i",
    where="""i.organizer_id = :organizer AND i.accepted_at IS NULL
             AND (i.withdrawn_at IS NULL OR i.withdrawn_at > :since)""",
    sort="-sent_at",
    tie="i.id",
    words="i.email ILIKE :like OR i.invited_by ILIKE :like",
    words_head="E-mail or who invited",
    sieves=(Sieve("state", "State", GONE, STATES, kind="tabs"),),
)
