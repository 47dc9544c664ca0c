"""How long something takes, as a text says it. Pure."""

import re
from datetime import timedelta

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:[.,]\d+)?S)?)?",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(?:(?P<days>\d+):)?(?P<hours>\d+):(?P<minutes>\d{2})")
_SPOKEN_LENGTH = re.compile(
    r"(?:(?P<hours>\d+(?:[.,]\d+)?)\s*(?:hours?|hrs?|h|std|stunden?|heures?|horas?|ore|ora|uur|u))?"
    r"\s*(?:(?P<minutes>\d+)\s*(?:minutes?|minuten|minutos?|minuti|min|m)?)?\.?",
    re.IGNORECASE,
)


def duration(text: str) -> timedelta | None:
    """A length: PT1H30M, 1:30, 1:02:30 (days first), 01:30:00 (seconds last), 90, 90 min, 1 h 30."""
    text = text.strip()[:40]
    match = _DURATION.fullmatch(text)
    if match and any(match.groups()):
        parts = {name: float(number or 0) for name, number in match.groupdict().items()}
        return None if parts.pop("years") or parts.pop("months") else _delta(parts)
    if match := _HOURS.fullmatch(text):
        first, second, third = match.groups()
        if first and len(first) > 1:
            return _delta({"hours": float(first), "minutes": float(second), "seconds": float(third)})
        return _delta({"days": float(first or 0), "hours": float(second), "minutes": float(third)})
    if text and (match := _SPOKEN_LENGTH.fullmatch(text)) and any(match.groups()):
        return _delta(
            {name: float((number or "0").replace(",", ".")) for name, number in match.groupdict().items()}
        )
    return None


def _delta(parts: dict[str, float]) -> timedelta | None:
    try:
        length = timedelta(**parts)
    except OverflowError:
        return None
    return length if length <= timedelta(days=3660) else None
