"""What staff ask of an import: a file or an address, corrections, what is confirmed."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import FileStorage, MultiDict

from webapp.core.errors import Invalid
from webapp.core.text import one_line
from webapp.importing.queries.drafts import DraftView
from webapp.importing.readers.table_columns import SEVERAL, field_of, fields
from webapp.importing.rules import addresses, mappings
from webapp.importing.rules.found import Refused
from webapp.importing.rules.sizes import LARGEST, too_large
from webapp.importing.service.reading import Source

LONGEST_NAME = 200
# Lines of a mapping that stand beside the columns.
EXTRAS = ("currency", "date_order", "sheet")


class ConfirmForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: int
    move: list[UUID] = Field(default=[], max_length=500)
    words: Annotated[str, Field(max_length=4_000)] = ""


class FeedForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    mode: Literal["ask", "apply"]


def brought(form: MultiDict[str, str], file: FileStorage | None) -> tuple[Source, str | None]:
    """The file that was dropped, or the address that was pasted."""
    url = form.get("url", "").strip()
    if file is not None and file.filename:
        return _uploaded(file), None
    if not url:
        raise Invalid("Nothing came.", fields={"file": "Choose a file, or paste an address below."})
    try:
        at = addresses.address(url)
    except Refused as refusal:
        raise Invalid("We kept everything you typed.", fields={"url": refusal.message}) from None
    return Source(at.file, b""), at.text


def _uploaded(file: FileStorage) -> Source:
    content = file.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Invalid("Nothing was kept.", fields={"file": too_large(len(content))})
    if not content:
        raise Invalid("Nothing was kept.", fields={"file": "The file is empty. Export it again."})
    return Source(one_line(file.filename or "")[:LONGEST_NAME] or "file", content)


def shown(draft: DraftView) -> dict[str, Any]:
    """How a file is read, as its form shows it."""
    asks = {name: draft.asks.get(name) for name in ("zone", "start", "until")}
    columns = draft.found.get("columns", [])
    asks |= {f"column-{number}": one["field"] or mappings.NONE for number, one in enumerate(columns)}
    return asks | {
        f"house-{number}": one["venue_id"] for number, one in enumerate(draft.found.get("houses", []))
    }


def named(draft: DraftView) -> dict[str, str]:
    """How the fields of its columns and venues are called."""
    names = {f"column-{number}": one["name"] for number, one in enumerate(draft.found.get("columns", []))}
    return names | {
        f"house-{number}": one["name"] for number, one in enumerate(draft.found.get("houses", []))
    }


def corrections(form: MultiDict[str, str], found: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """How it is to be read now; what the page did not offer stays as it was asked."""
    return {
        "zone": form.get("zone", "").strip() or None,
        "start": form.get("start", "").strip() or None,
        "until": form.get("until", "").strip() or None,
        "mapping": _mapping(form, found.get("columns", []), asked.get("mapping") or {}),
        "houses": _houses(form, found.get("houses", []), asked.get("houses", [])),
    }


def _mapping(
    form: MultiDict[str, str], columns: Sequence[dict[str, Any]], asked: dict[str, str]
) -> dict[str, str]:
    if not columns:
        return asked
    known = {*fields(), mappings.NONE}
    choices = []
    for number, one in enumerate(columns):
        typed = form.get(f"column-{number}", "")
        choice = typed if typed in known else one["field"] or mappings.NONE
        choices.append(mappings.Choice(one["name"], one["field"], field_of(one["name"]) or "", choice))
    extra = {name: text for name in EXTRAS if (text := one_line(form.get(f"extra-{name}", ""))[:80])}
    if currency := extra.get("currency"):
        extra["currency"] = currency if currency.startswith("=") else f"={currency.upper()}"
    return mappings.chosen(choices, extra, asked, SEVERAL)


def _houses(
    form: MultiDict[str, str], listed: Sequence[dict[str, Any]], asked: Sequence[list[str]]
) -> list[list[str]]:
    """Venues that were chosen where the preview has another; those of earlier corrections stay."""
    given = {(name, place): venue_id for name, place, venue_id in asked}
    for number, house in enumerate(listed):
        chosen = form.get(f"house-{number}")
        if chosen and chosen != house["venue_id"]:
            given[house["name"], house["place"]] = _uuid(chosen, number)
    return [[name, place, venue_id] for (name, place), venue_id in given.items()]


def _uuid(text: str, number: int) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Invalid(
            "We kept everything you typed.", fields={f"house-{number}": "Choose one from the list."}
        ) from None
