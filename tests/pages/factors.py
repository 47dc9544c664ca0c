"""Somebody with a second factor, somebody half signed in, and a team that may require one."""

from playwright.sync_api import APIRequestContext, Playwright

from tests.factories.accounts import PASSWORD, a_member, an_organizer
from tests.factories.factors import code_at, drawn
from tests.factories.house import House

Page = tuple[str, str, str] | tuple[str, str, str, int, tuple[tuple[str, str], ...]]


def factors(
    house: House, playwright: Playwright, visitors: dict[str, APIRequestContext]
) -> tuple[list[Page], dict[str, APIRequestContext]]:
    """(name, path, role …) of each page, and who looks at them."""
    hall = an_organizer(house.database)
    cara = a_member(house.database, hall, "owner", "Cara Careful")
    for name in ("Bob Berg", "Dora Door"):
        a_member(house.database, hall, "door", name)
    careful, half = house.visitor(playwright, cara.email, PASSWORD), house.visitor(playwright)
    secret, draft = drawn(careful.get("/account/factors/app").text())
    form = {"draft": draft, "code": code_at(secret)}
    assert careful.post("/account/factors/app", form=form).ok
    half.post("/account/sign-in", form={"email": cara.email, "password": PASSWORD})
    fresh = careful.get("/account/factors").text().split('name="draft" value="')[1].partition('"')[0]
    wrong = drawn(visitors["amara"].get("/account/factors/app").text())[1]
    pages: list[Page] = [
        ("account-factors", "/account/factors", "amara"),
        ("account-factors-on", "/account/factors", "careful"),
        ("account-security-on", "/account/security", "careful"),
        ("account-app", "/account/factors/app", "amara"),
        ("account-app-wrong", "/account/factors/app", "amara", 422, (("draft", wrong), ("code", "12"))),
        ("account-codes", "/account/factors/codes", "careful", 200, (("draft", fresh),)),
        ("account-second", "/account/sign-in/second", "half"),
        ("account-confirm", "/account/confirm", "amara"),
        ("account-confirm-factor", "/account/confirm", "careful"),
        ("staff-team-factor", f"/staff/{hall.slug}/team", "careful"),
    ]
    return pages, {"careful": careful, "half": half}
