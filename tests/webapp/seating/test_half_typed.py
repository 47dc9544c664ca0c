"""What is half typed into a section's formula when one of its tools is pressed, without a line of script."""

import html
import json

import pytest
from flask.testing import FlaskClient

from tests.webapp.seating.test_drawings import STALLS, board, do
from tests.webapp.seating.test_staff import base, house

__all__ = ["base", "board", "house"]


def test_a_half_typed_formula_comes_back_when_a_tool_is_pressed_without_scripts(
    client: FlaskClient, board: str
) -> None:
    do(client, board, "sections", **STALLS)
    page = client.get(f"{board}?section=Stalls").text
    shown = html.unescape(page.partition('name="shown" value="')[2].partition('"')[0])
    typed = {**json.loads(shown), "seats": "14, 16, …", "section": "Stalls", "shown": shown, "by": "30"}

    moved = do(client, board, "steps", do="right", **typed)
    refused = do(client, board, "steps", do="right", **typed | {"by": "far"})
    deleted = do(client, board, "steps", do="delete", **typed)

    assert moved.status_code == 200
    assert 'value="14, 16, …"' in moved.text
    across = str(int(json.loads(shown)["x"]) + 30)
    assert f'name="x" type="text" value="{across}"' in moved.text
    assert 'value="14, 16, …"' in refused.text
    assert deleted.status_code == 303


@pytest.mark.parametrize("shown", ["[]", '["x"]', "7", '"x"', "{", '{"x": 1}', "null"])
def test_what_claims_to_be_a_formula_and_is_none_keeps_nothing(
    client: FlaskClient, board: str, shown: str
) -> None:
    do(client, board, "sections", **STALLS)

    assert do(client, board, "steps", do="left", section="Stalls", by="5", shown=shown).status_code == 303
