from itertools import pairwise
from uuid import RFC_4122

import pytest

from webapp.core import ids


def test_row_ids_are_of_version_7_and_grow_with_time() -> None:
    made = [ids.uuid7() for _ in range(1000)]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    # The clock's fraction is fine enough to tell nearly all of them apart.
    in_order = sum(before < after for before, after in pairwise(made))
    assert in_order > 950
    assert [one.int >> 64 for one in made] == sorted(one.int >> 64 for one in made)


def test_an_order_code_is_read_aloud_without_doubt() -> None:
    codes = {ids.order_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {9}
    assert not set("".join(codes)) & set("01IOLUV")


@pytest.mark.parametrize("typed", ["M7K4-QX2P", "m7k4qx2p", " m7k4 qx2p\n", "M7K4 - QX2P"])
def test_an_order_code_is_known_however_it_is_typed(typed: str) -> None:
    assert ids.typed_order_code(typed) == "M7K4-QX2P"
