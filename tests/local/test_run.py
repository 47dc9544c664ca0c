"""`make run` as a newcomer meets it, in a copy of the checkout: it opens, and it leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from local import ports
from local.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")]
MADE = (".venv", "node_modules")
OURS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "GATEWAY_URL", "SECRET_KEY", "MARQUEE_ENV", "BASE_URL")


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the work tree with the same environment, and no data yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with TemporaryDirectory(prefix="marquee-test-", ignore_cleanup_errors=True) as name:
        copy = Path(name)
        copy.chmod(0o755)
        for path in listed.stdout.splitlines():
            if (ROOT / path).is_file():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, copy / path)
        for path in MADE:
            (copy / path).parent.mkdir(exist_ok=True)
            (copy / path).symlink_to(ROOT / path)
        shutil.copytree(ROOT / "static/vendor", copy / "static/vendor")
        yield copy


def newcomer() -> dict[str, str]:
    """The environment of somebody who has set nothing."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | {"MARQUEE_DEMO": "no"}


@contextmanager
def start(checkout: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Starts the box office without the demo season, and ends it however the test ends."""
    office = subprocess.Popen(
        [sys.executable, "-m", "local", "run"],
        cwd=checkout,
        env={**newcomer(), "PORT": str(ports.any_free()), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield office
    finally:
        office.terminate()
        office.communicate(timeout=30)


def opened(office: subprocess.Popen[str]) -> str:
    """The address, as soon as it is printed."""
    assert office.stdout is not None
    said = []
    for line in office.stdout:
        said.append(line)
        if "The box office is open: " in line:
            return line.split()[-1]
    raise AssertionError(f"it never opened: {''.join(said)}")


def left_in(checkout: Path) -> list[str]:
    """The processes whose working folder lies in the checkout or in its data."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if (entry / "cwd").readlink().is_relative_to(checkout):
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def nothing_left(checkout: Path) -> bool:
    """Whether every process ends within ten seconds."""
    deadline = time.monotonic() + 10
    while left_in(checkout) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left_in(checkout) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
def test_however_it_ends_no_process_is_left(checkout: Path, number: signal.Signals) -> None:
    with start(checkout) as office:
        address = opened(office)
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert answer.status == 200
        assert len(left_in(checkout)) > 8
        office.send_signal(number)
        office.wait(timeout=30)
    assert nothing_left(checkout)


def test_the_live_process_serves_streams_and_nothing_else(checkout: Path) -> None:
    """One that answers everything holds few streams, so that they do not starve its pages."""
    with start(checkout) as office:
        opened(office)
        live = json.loads((checkout / "var/running.json").read_text())["LIVE_URL"]
        with urllib.request.urlopen(f"{live}/livez", timeout=20) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(live, timeout=20)


def test_a_killed_web_process_comes_back(checkout: Path) -> None:
    with start(checkout) as office:
        address = opened(office)
        serving = f"/bin/gunicorn wsgi:app --bind {address.removeprefix('http://')}"
        listing = subprocess.run(["pgrep", "-f", serving], capture_output=True, text=True, check=True)
        for pid in listing.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        assert comes_back(address)


def comes_back(address: str) -> bool:
    """Whether a page can be had again within some seconds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


@pytest.mark.parametrize(("name", "value"), [("SMTP_URL", "mail.example"), ("MARQUEE_DEMO", "perhaps")])
def test_a_wrong_setting_is_one_sentence_that_names_it(checkout: Path, name: str, value: str) -> None:
    with start(checkout, **{name: value}) as office:
        said, _ = office.communicate(timeout=60)
    assert office.returncode == 1
    assert said.splitlines()[-1].startswith(name)
    assert "Traceback" not in said


def test_a_database_that_does_not_answer_is_one_sentence(checkout: Path) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{ports.any_free()}/none"
    with start(checkout, DATABASE_URL=nowhere) as office:
        said, _ = office.communicate(timeout=60)
    assert office.returncode == 1
    assert said.splitlines()[-1].startswith("DATABASE_URL names a PostgreSQL database that cannot be used")


def test_a_command_gets_the_data_of_its_checkout(checkout: Path) -> None:
    asked = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).info.dbname)"
    command = [sys.executable, "-m", "local", "with", "--", sys.executable, "-c", asked]
    said = subprocess.run(command, cwd=checkout, env=newcomer(), capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "marquee"


def test_reset_forgets_everything(checkout: Path) -> None:
    test_a_command_gets_the_data_of_its_checkout(checkout)
    subprocess.run([sys.executable, "-m", "local", "reset"], cwd=checkout, check=True)
    assert not (checkout / "var").exists()
