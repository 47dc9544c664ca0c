"""Pure decisions about people: what is a password, a device, an address of ours."""

import pytest

from webapp.accounts import rules
from webapp.core.errors import Conflict, Forbidden

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142 Safari/537 Edg/142.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "name", "icon"),
    [
        (FIREFOX, "Firefox on Linux", "laptop"),
        (SAFARI, "Safari on iPhone", "smartphone"),
        (EDGE, "Edge on Windows", "monitor"),
        (CHROME, "Chrome on Android", "smartphone"),
        ("curl/8.5.0", "curl", "laptop"),
        ("", "Unknown device", "laptop"),
        ("x" * 10_000, "Unknown device", "laptop"),
    ],
)
def test_a_device_is_named_as_far_as_it_says_who_it_is(user_agent: str, name: str, icon: str) -> None:
    assert rules.device_name(user_agent) == name
    assert rules.device_icon(name) == icon


@pytest.mark.parametrize("path", ["/", "/orders", "/search?q=a b", "/checkout/1#pay"])
def test_a_path_of_ours_may_be_gone_on_to(path: str) -> None:
    assert rules.own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        "",
        "orders",
        "https://x.example",
        "//x.example",
        "/\\x.example",
        "/\n/x",
        "\t/x",
        "/\x00",
        "///x.example",
    ],
)
def test_anything_that_could_lead_elsewhere_is_not_gone_on_to(elsewhere: str | None) -> None:
    assert rules.own_path(elsewhere) is None


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaa", "abababababab", "amara@example.org", "Amara.Okafor"]
)
def test_a_password_that_can_be_guessed_is_refused(password: str) -> None:
    email = "amara.okafor@example.org" if password == "Amara.Okafor" else "amara@example.org"

    with pytest.raises(ValueError, match=r"\.$"):
        rules.require_strong(password, email)


def test_a_sentence_is_a_good_password() -> None:
    assert rules.require_strong("tents travel well", "amara@example.org") == "tents travel well"


def test_every_role_is_known_to_the_table_and_the_owner_may_do_everything() -> None:
    assert {role for right in rules.MAY.values() for role in right.roles} == set(rules.ROLES)
    assert [action for action in rules.MAY if not rules.is_allowed("owner", action)] == []


def test_who_may_not_is_told_who_may() -> None:
    with pytest.raises(Forbidden, match=r"Your role here is door\. This needs owner or finance"):
        rules.require_allowed("door", "order.refund")


def test_the_only_owner_is_told_where() -> None:
    with pytest.raises(Conflict, match="You are the only owner of Harbour Hall and Quay Theatre"):
        rules.require_dispensable(["Quay Theatre", "Harbour Hall"])
