"""Prices of several currencies beside each other: by their number as people read it."""

from babel.numbers import list_currencies

from webapp.core.money import digits


def _minor_units() -> str:
    """How many minor units one whole is, as SQL over `g.currency`; two decimals unless said otherwise."""
    cases = []
    for places in (0, 3, 4):
        codes = sorted(code for code in list_currencies() if digits(code) == places)
        cases.append(f"WHEN g.currency IN ({', '.join(repr(code) for code in codes)}) THEN {10**places}")
    return f"(CASE {' '.join(cases)} ELSE 100 END)"


NUMBER = _minor_units()

OPEN = "(s.ends_at IS NULL OR s.ends_at > now()) AND (s.most IS NULL OR s.taken < s.most)"

# The first step in force of every type that has one, to be joined where many types are read.
STEP_IN_FORCE = f"""SELECT DISTINCT ON (s.ticket_type_id) s.ticket_type_id, s.price FROM price_steps s
    WHERE {OPEN} ORDER BY s.ticket_type_id, s.position, s.id"""  # noqa: S608

# What a ticket type `t` costs at this moment: its first price step in force, else its own price.
PRICE_NOW = f"""coalesce((
    SELECT s.price FROM price_steps s WHERE s.ticket_type_id = t.id AND {OPEN}
    ORDER BY s.position, s.id LIMIT 1), t.price)"""  # noqa: S608

# The same, or the least where guests choose.
LEAST_NOW = f"coalesce(t.price_floor, {PRICE_NOW})"
