"""What tests of the importers' readers ask for, and where real files are."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from webapp.importing.rules.found import Asked, Found, Reading, Window

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def real(folder: str, name: str) -> bytes:
    """A real file; the test is left out, and says so, where there is none."""
    path = SHARED / folder / name
    if not path.exists():
        pytest.skip(f"{folder}/{name} of ../shared/data is not here")
    return path.read_bytes()


def asked(
    zone: str | None = None,
    *,
    since: str | None = None,
    until: str = "2028-11-26",
    mapping: dict[str, str] | None = None,
) -> Asked:
    """As somebody asks who imports."""
    start = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else None
    window = Window(start, datetime.fromisoformat(until).replace(tzinfo=UTC))
    return Asked(window, ZoneInfo(zone) if zone else None, mapping or {})


def codes(reading: Reading) -> list[str]:
    """The codes of what is remarked, in order."""
    return [remark.code for remark in reading.remarks]


def utc(when: object) -> str:
    """A moment in UTC, as the report writes it."""
    assert isinstance(when, datetime)
    assert when.tzinfo is not None
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def only(reading: Reading) -> Found:
    """The one event of a reading."""
    assert len(reading.events) == 1
    return reading.events[0]
