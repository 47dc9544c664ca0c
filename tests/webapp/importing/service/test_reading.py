"""A file is read within its bounds: what needs more ends a process of its own, and is a refusal."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.sources import asked
from webapp.importing.readers import bounded
from webapp.importing.rules.found import Refused
from webapp.importing.rules.settled import Limits
from webapp.importing.service import reading
from webapp.importing.service.reading import Source

TABLE = b"title,start\nLamps,2027-03-05\n"


def test_a_process_of_its_own_reads_a_file() -> None:
    found = reading.read(Source("lamps.csv", TABLE), asked(), Limits())
    assert [one.title for one in found.events] == ["Lamps"]


def test_a_refusal_comes_back_whole() -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(Source("lamps.csv", b"%PDF"), asked(), Limits())
    assert refusal.value.code == "not-events"


def test_what_takes_too_long_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(Source("lamps.csv", TABLE), asked(), Limits(), seconds=0)
    assert refusal.value.code == "too-slow"


def test_a_file_that_needs_too_much_memory_is_refused_and_takes_no_more() -> None:
    deep = b'{"a": [' + b"{}," * 12_000_000 + b"{}]}"
    with pytest.raises(Refused) as refusal:
        reading.read(Source("lamps.json", deep), asked(), Limits())
    assert refusal.value.code == "too-large"


def test_the_bounds_hold_for_a_process() -> None:
    code = "from webapp.importing.readers import bounded; bounded.bind(); bytearray(600 * 1024 * 1024)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in ended.stderr


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.ics"):
        with pytest.raises(Refused) as refusal:
            reading.opened(path)
        assert refusal.value.code == "no-file"


def test_more_dates_than_a_season_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_EVENTS", 0)
    with pytest.raises(Refused) as refusal:
        bounded.read(TABLE, asked(), Limits())
    assert refusal.value.code == "too-many"
