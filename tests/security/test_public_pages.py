"""Pages for everyone are the same for everyone, so a copy may be kept and tells nobody about anybody."""

import re

import pytest

from tests.security.scene import Scene
from tests.security.table import rows
from tests.security.test_every_url import address

FOR_EVERYONE = ("/search", "/cities", "/categories", "/organizers", "/events", "/dates", "/posters")
PUBLIC = [rule for (_, rule), _ in rows().items() if rule == "/" or rule.startswith(FOR_EVERYONE)]
PAGES = [rule for (method, rule), (_, said) in rows().items() if method == "GET" and said[3] == 200]


def without_nonce(page: bytes) -> bytes:
    return re.sub(rb'nonce="[^"]*"', b"", page)


@pytest.mark.parametrize("rule", PUBLIC)
def test_a_page_for_everyone_knows_nobody(lasting: Scene, rule: str) -> None:
    path = address(rule, lasting.values)

    pages = {
        without_nonce(lasting.browser(role).get(path).data) for role in ("nobody", "guest", "alice", "olive")
    }

    assert len(pages) == 1


@pytest.mark.parametrize("rule", PUBLIC)
def test_a_page_for_everyone_asks_no_cookie_and_gives_none(lasting: Scene, rule: str) -> None:
    answer = lasting.browser("alice").get(address(rule, lasting.values))

    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("rule", [rule for rule in PAGES if not rule.startswith("/live")])
def test_an_invented_host_stands_in_no_page(lasting: Scene, rule: str) -> None:
    answer = lasting.browser("alice").get(
        address(rule, lasting.values), headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )

    assert b"evil.example" not in answer.data
    assert "evil.example" not in str(answer.headers)
