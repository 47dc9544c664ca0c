"""A design as `plan.toml`: read with the line of what is wrong, and written so that people go on. Pure."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.core.errors import Invalid
from webapp.seating.rules import design as designs
from webapp.seating.rules import making
from webapp.seating.rules.design import Design, Flaw, Flawed

TOP = """# A seat plan of Marquee: docs/seat-plans.md says what each line means. Lengths are in centimetres.
"""


def read(text: str) -> Design:
    """The design in a `plan.toml`; `Flawed` or `Invalid` name the line and what would be right."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Invalid(f"This is not TOML: {error}.", title="This plan cannot be read") from None
    if values.get("form") != designs.FORM:
        raise Invalid(
            f'The first line of a seat plan is form = "{designs.FORM}"; without it we do not guess.',
            title="This plan cannot be read",
        )
    try:
        return designs.read(values)
    except Flawed as flawed:
        raise Flawed([lined(text, flaw) for flaw in flawed.flaws]) from None


def checked(text: str) -> Design:
    """The same, with seats with which nothing is wrong."""
    found = read(text)
    if flaws := making.make(found).flaws:
        raise Flawed([lined(text, flaw) for flaw in flaws])
    return found


def lined(text: str, flaw: Flaw) -> Flaw:
    """The same flaw with the line of the text that it is on."""
    line = _line(text, flaw.way)
    where = ", ".join(filter(None, [f"line {line}" if line else "", flaw.where]))
    return Flaw(flaw.way, where, flaw.sentence)


def write(design: Design) -> str:
    """The text that reads as the same design again."""
    values = designs.kept(design)
    lines = [TOP, f"form = {_value(designs.FORM)}", f"name = {_value(design.name)}"]
    if "stage" in values:
        lines += [
            "",
            "[stage]",
            *_settings(values["stage"] or {"label": design.stage and design.stage.label}),
        ]
    for table in ("label", "section"):
        for part in values.get(table, ()):
            lines += ["", f"[[{table}]]", *_table(part)]
    return "\n".join(lines) + "\n"


def _table(part: Mapping[str, Any]) -> Iterator[str]:
    yield from _settings({key: value for key, value in part.items() if key not in ("row", "levels")})
    if part.get("levels"):
        yield from ("", "[section.levels]", *_settings(part["levels"]))
    for row in part.get("row", ()):
        yield from ("", "[[section.row]]", *_settings(row))


def _settings(values: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{_key(key)} = {_value(value)}" for key, value in values.items() if value is not None)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Any) -> str:
    # A string of JSON is one of TOML, too, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(text: str, way: tuple[str | int, ...]) -> int:
    """The line on which a setting stands, else the head of its table; 0 where it cannot be told."""
    table, number, rest = _table_of(way)
    at, found = 0, 0
    for line, words in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[+\s*([A-Za-z_.]+)\s*\]+", words)
        if head:
            at += head[1] == table
            is_below = head[1].startswith(f"{table}.")
            if at == number + 1 and head[1] == table:
                found = line
            elif at > number + 1 or (found and not is_below and head[1] != table):
                break
        elif (found or not table) and rest and re.match(rf"\s*[\"']?{re.escape(rest)}[\"']?\s*=", words):
            return line
    return found


def _table_of(way: tuple[str | int, ...]) -> tuple[str, int, str]:
    """The table that a way leads into, which of its kind it is, and the setting in it."""
    if not way:
        return "", 0, ""
    if len(way) == 1:
        return "", 0, str(way[0])
    if isinstance(way[1], int):
        deeper = [step for step in way[2:] if isinstance(step, str)]
        return str(way[0]), way[1], deeper[-1] if deeper else ""
    return str(way[0]), 0, str(way[1])
