"""Templates: what the policy refuses is not in them, and what they name is there."""

import re
from pathlib import Path

import pytest

from local.paths import ROOT

PAGES = sorted((ROOT / "templates").rglob("*.html"))
# A page that stands alone has its styles inside, under the policy of the proxy that shows it.
ALONE = ROOT / "templates" / "waitingroom" / "static.html"
GUESTS = [path for path in PAGES if "emails" not in path.parts and path != ALONE]
SPRITE = (ROOT / "static" / "img" / "sprite.svg").read_text()
ICONS = set(re.findall(r'id="([\w-]+)"', SPRITE))
CLASSES = set(re.findall(r"\.([a-z][\w-]*)", "".join(p.read_text() for p in ROOT.glob("static/css/*.css"))))
# Names that scripts, tests or mails look for, and that have no look of their own.
WITHOUT_LOOK = {"todo-list"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", GUESTS, ids=named)
def test_nothing_stands_inline_that_the_policy_refuses(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style", text), "styles belong to static/css"
    assert not re.search(r"\son\w+=", text), "handlers belong to static/js"
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/ld\+json\"))", text), "no inline scripts"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_icon_that_is_named_is_in_the_sprite(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r'icon\("([\w-]+)"', text)) - ICONS == set()


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_file_that_is_named_is_there(path: Path) -> None:
    from webapp.core.assets import Assets

    assets = Assets(ROOT / "static")
    for name in re.findall(r"asset\(['\"]([\w./-]+)['\"]\)", path.read_text()):
        assert name in assets, name


@pytest.mark.parametrize("path", GUESTS, ids=named)
def test_every_class_has_a_look(path: Path) -> None:
    plain = re.sub(r"\{[{%#].*?[}%#]\}", " ", path.read_text(), flags=re.DOTALL)
    used = {name for classes in re.findall(r'class="([^"{}]*)"', plain) for name in classes.split()}
    assert {name for name in used if not name.endswith("-")} - CLASSES - WITHOUT_LOOK == set()


# Steps that cannot simply be taken back, by the last word of their address.
HARMFUL = re.compile(
    r"<form(?![^>]*\sid=)[^>]*\saction=\"[^\"]*/(cancel|delete|drop|refund|release|remove)\"|formaction=\"[^\"]*/remove\""
)


@pytest.mark.parametrize(
    "path", [path for path in PAGES if "staff" in path.parts or "ops" in path.parts], ids=named
)
def test_every_step_that_takes_away_says_first_what_it_does(path: Path) -> None:
    assert HARMFUL.findall(path.read_text()) == [], "ui/harm.html says what it does, and to whom"
