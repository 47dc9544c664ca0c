"""Components: what was typed stays, errors are tied to their fields, nothing typed becomes markup."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string

from webapp.web.charts import plot

NOW = datetime(2026, 12, 5, 23, 0, tzinfo=UTC)


@pytest.fixture
def draw(app: Flask) -> Any:
    """What a component becomes: draw("ui/tag.html", "tag('paid', 'ok')")."""

    def drawn(file: str, call: str, **values: Any) -> str:
        name = call.split("(", 1)[0]
        with app.test_request_context("/"):
            source = f'{{% from "{file}" import {name} %}}{{{{ {call} }}}}'
            return render_template_string(source, **values)

    return drawn


def test_a_refused_form_keeps_what_was_typed(draw: Any) -> None:
    html = draw("ui/field.html", "field('name', 'Name', {'name': 'Zoë <b>'}, {})")
    assert 'value="Zoë &lt;b&gt;"' in html


def test_a_password_is_never_written_back(draw: Any) -> None:
    assert "secret" not in draw(
        "ui/field.html", "field('p', 'Password', {'p': 'secret'}, {}, type='password')"
    )


def test_an_error_is_tied_to_its_field(draw: Any) -> None:
    html = draw("ui/field.html", "field('email', 'E-mail', {}, {'email': 'It has no ending.'}, hint='Here')")
    assert 'aria-describedby="email-hint email-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="email-error"' in html


def test_the_first_line_of_a_refused_form_leads_to_each_error(draw: Any) -> None:
    refusal = SimpleNamespace(title="", sentence="Two answers are odd.", fields={"email": "No ending."})
    html = draw("ui/field.html", "errors_summary(refusal)", refusal=refusal)
    assert '<a href="#email">Email: No ending.</a>' in html
    assert 'role="alert"' in html


def test_the_chosen_option_stays_chosen(draw: Any) -> None:
    html = draw("ui/field.html", "select('role', 'Role', [('a', 'A'), ('b', 'B')], {'role': 'b'}, {})")
    assert '<option value="b" selected>' in html
    assert html.count("selected") == 1


@pytest.mark.parametrize(
    ("page", "pages", "seen"),
    [
        (1, 1, ""),
        (1, 4, "1 2 3 4"),
        (1, 9, "1 2 3 … 9"),
        (5, 9, "1 … 3 4 5 6 7 … 9"),
        (9, 9, "1 … 7 8 9"),
        (4, 7, "1 2 3 4 5 6 7"),
    ],
)
def test_paging_shows_the_ends_and_the_neighbours(draw: Any, page: int, pages: int, seen: str) -> None:
    html = draw("ui/paging.html", f"paging({page}, {pages}, address)", address=lambda n: f"?page={n}")
    words = re.findall(r">([\d…]+)<", html)
    assert words == seen.split()


def test_the_countdown_begins_right_without_script(draw: Any) -> None:
    html = draw("ui/countdown.html", "countdown(ends, now)", ends=NOW + timedelta(seconds=521), now=NOW)
    assert ">8:41<" in html
    assert f'data-server-now="{NOW.isoformat()}"' in html


def test_time_that_is_over_reads_zero(draw: Any) -> None:
    html = draw("ui/countdown.html", "countdown(ends, now)", ends=NOW - timedelta(seconds=9), now=NOW)
    assert ">0:00<" in html


def test_a_type_that_cannot_be_bought_has_no_field(draw: Any) -> None:
    kind = SimpleNamespace(
        id="1", name="Early bird", description="", price=2500, left_text="Ended", left_level="none",
        closed_text="Ended", least=1, most=4, floor=None, step_text="", ways=(),
    )  # fmt: skip
    html = draw("ui/ticket_picker.html", "ticket_picker(types, 'CAD')", types=[kind])
    assert "<input" not in html
    assert "data-price" not in html


def test_a_chart_says_itself_in_a_sentence(draw: Any) -> None:
    html = draw(
        "ui/charts.html", "line_chart('c', 'Orders', 'They fall.', [('orders', [1, 2])], [(0, '10:00')])"
    )
    assert html.count("They fall.") == 3, "once for each width"
    assert plot([("orders", [1, 2])], [], room=110).series[0].path in html


@pytest.mark.parametrize("answer", ["valid", "used", "elsewhere", "void", "unknown"])
def test_the_door_has_a_sign_for_every_answer(draw: Any, answer: str) -> None:
    verdict = SimpleNamespace(answer=answer, title="Word", text="Why.")
    html = draw("ui/door.html", "door_answer(verdict)", verdict=verdict)
    assert f'data-answer="{answer}"' in html
    assert '<path d="M' in html
