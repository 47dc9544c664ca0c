"""How long things may get. A breach stands when a comment `# budget: why` inside it says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.paths import ROOT

PACKAGES = ["webapp", "workers", "local", "sandbox", "bench"]
FILE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES = 300, 40, 20, 120
SHAPELESS = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "base.py"}
VIEWS = {"views", "staff"}


def python_files(*packages: str) -> list[Path]:
    """Our own code, without the migrations, which only ever grow at birth."""
    found = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def is_view(path: Path) -> bool:
    """Whether a file holds routes of a subject."""
    return path.is_relative_to(ROOT / "webapp") and bool(VIEWS & {path.stem, path.parent.name})


def long_functions(path: Path) -> Iterator[str]:
    """Functions over their budget, with where they are; the docstring does not count."""
    source = path.read_text()
    lines = source.splitlines()
    budget = VIEW_LINES if is_view(path) else FUNCTION_LINES
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        length = (node.end_lineno or 0) - body[0].lineno + 1
        said = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if length > budget and "# budget:" not in said:
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines of {budget}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_longer_than_a_screen(package: str) -> None:
    assert [line for path in python_files(package) for line in long_functions(path)] == []


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_no_file_is_longer_than_a_sitting(package: str) -> None:
    lengths = {path.relative_to(ROOT): path.read_text().splitlines() for path in python_files(package)}
    long = {str(path): len(lines) for path, lines in lengths.items() if len(lines) > FILE_LINES}
    assert {
        path: length for path, length in long.items() if "# budget:" not in (ROOT / path).read_text()
    } == {}


def test_no_template_is_longer_than_its_page() -> None:
    texts = {path.relative_to(ROOT): path.read_text() for path in (ROOT / "templates").rglob("*.html")}
    long = {str(path): text.count("\n") for path, text in texts.items() if text.count("\n") > TEMPLATE_LINES}
    assert {path: length for path, length in long.items() if "budget:" not in texts[Path(path)]} == {}


def test_no_folder_of_the_application_is_deeper_than_three() -> None:
    home = ROOT / "webapp"
    assert [path for path in python_files("webapp") if len(path.relative_to(home).parts) > 4] == []


def test_packages_start_nothing_when_imported() -> None:
    packages = [path for path in python_files(*PACKAGES) if path.name == "__init__.py"]
    assert [path for path in packages if path.read_text().strip()] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [path for path in python_files(*PACKAGES) if path.name in SHAPELESS] == []


def test_a_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == sorted(set(numbers))
