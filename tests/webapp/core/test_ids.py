from uuid import RFC_4122

from webapp.core import ids


def test_row_ids_are_of_version_7_and_grow_with_time() -> None:
    made = [ids.uuid7() for _ in range(1000)]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)


def test_an_order_code_is_read_aloud_without_doubt() -> None:
    codes = {ids.order_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {9}
    assert not set("".join(codes)) & set("01IOLUV")
