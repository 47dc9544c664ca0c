"""Rules of recurrence as vCalendar 1.0 writes them (“W1 MO WE #10”), in the words of iCalendar. Pure."""

import re

_UNITS = {
    "D": "DAILY", "W": "WEEKLY", "MP": "MONTHLY", "MD": "MONTHLY", "YM": "YEARLY", "YD": "YEARLY",
}  # fmt: skip
_RULE = re.compile(r"(D|W|MP|MD|YM|YD)(\d{1,3})((?:\s+\S+)*)\s*")
_DAY = re.compile(r"MO|TU|WE|TH|FR|SA|SU")
_NTH = re.compile(r"([1-5])([+-])")
_END = re.compile(r"\d{8}(?:T\d{6}Z?)?")
# How often it happens where neither a number nor an end is written.
_USUAL = 2


def modern(text: str) -> str | None:
    """The same rule with FREQ=; None where it is not of the old kind."""
    found = _RULE.fullmatch(text.strip().upper())
    if not found:
        return None
    kind, interval, rest = found.groups()
    parts = [f"FREQ={_UNITS[kind]}", f"INTERVAL={interval}"]
    ends, chosen = f"COUNT={_USUAL}", []
    for token in rest.split():
        if token.startswith("#"):
            ends = f"COUNT={token[1:]}" if token[1:].strip("0") else ""
        elif _END.fullmatch(token):
            ends = f"UNTIL={token}"
        else:
            chosen.append(token)
    by = _chosen(kind, chosen)
    return None if by is None else ";".join(part for part in (*parts, by, ends) if part)


def _chosen(kind: str, tokens: list[str]) -> str | None:
    """Which days or months; None for what nobody understands, like times of the day."""
    if kind in {"W", "MP"}:
        return _weekdays(kind, tokens)
    numbers = [re.sub(r"^LD$", "-1", re.sub(r"^(\d+)([+-])$", r"\2\1", token)) for token in tokens]
    if any(not re.fullmatch(r"[+-]?\d{1,3}", number) for number in numbers):
        return None
    names = {"MD": "BYMONTHDAY", "YM": "BYMONTH", "YD": "BYYEARDAY"}
    if not numbers:
        return ""
    return f"{names[kind]}={','.join(numbers)}" if kind in names else None


def _weekdays(kind: str, tokens: list[str]) -> str | None:
    days, nth = [], ""
    for token in tokens:
        if kind == "MP" and (found := _NTH.fullmatch(token)):
            nth = f"{found[2].strip('+')}{found[1]}"
        elif _DAY.fullmatch(token) and (nth or kind == "W"):
            days.append(f"{nth}{token}")
        else:
            return None
    return f"BYDAY={','.join(days)}" if days else ""
