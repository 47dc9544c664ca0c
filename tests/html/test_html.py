"""The Nu checker reads every page in its main states and finds no error."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

from tests.pages.crawl import Crawl

ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# htmx reads attributes of its own names, which the checker cannot know.
HTMX = r"Attribute “(hx|sse)-[a-z-]+” not allowed on element .*"


def test_every_page_answers_as_listed(walked: Crawl) -> None:
    answers = {sheet.name: walked.ask(sheet)[0] for sheet in walked.sheets}

    wrong = {one.name: (answers[one.name], one.status) for one in walked.sheets}
    assert {name: said for name, said in wrong.items() if said[0] != said[1]} == {}


def test_the_nu_checker_finds_no_error(walked: Crawl, tmp_path: Path) -> None:
    for sheet in walked.sheets:
        (tmp_path / f"{sheet.name}.html").write_text(walked.ask(sheet)[1], encoding="utf-8")

    arguments = ["--errors-only", "--format", "json", "--filterpattern", HTMX, str(tmp_path)]
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", str(CHECKER), "--exit-zero-always", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )

    said = json.loads(done.stderr)["messages"]
    found = Counter((re.sub(r"\s+", " ", one["message"]), one.get("extract", "")[:120]) for one in said)
    where = {one["message"]: Path(one["url"]).stem for one in said}
    lines = [f"{n}× {what} ({where.get(what, '')}): {extract}" for (what, extract), n in found.items()]
    assert not lines, "\n".join(lines)
