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

# What a ticket type `t` costs at this moment: its first price step in force, else its own price.
PRICE_NOW = """coalesce((
    SELECT s.price FROM price_steps s
    WHERE s.ticket_type_id = t.id AND (s.ends_at IS NULL OR s.ends_at > now())
    AND (s.most IS NULL OR s.taken < s.most)
    ORDER BY s.position, s.id LIMIT 1), t.price)"""

# The same, or the least where guests choose.
LEAST_NOW = f"coalesce(t.price_floor, {PRICE_NOW})"
