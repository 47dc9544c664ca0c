"""Before what cannot simply be taken back, its name is typed when guests are affected."""

import pytest

from webapp.core.errors import Invalid
from webapp.core.harm import Harm, require_meant


@pytest.mark.parametrize("typed", ["Krampus Ball", " krampus  ball "])
def test_the_name_is_enough_however_it_is_written(typed: str) -> None:
    require_meant(Harm("Cancel it?", "Krampus Ball", tickets=1), typed)


@pytest.mark.parametrize("affected", ["orders", "tickets", "mails", "waiting"])
def test_whoever_is_affected_another_name_is_refused(affected: str) -> None:
    harm = Harm("Cancel it?", "Krampus Ball", **{affected: 1})

    with pytest.raises(Invalid) as refused:
        require_meant(harm, "Krampus")

    assert refused.value.fields == {"typed": "Type the name as it is written: Krampus Ball"}


def test_what_touches_nobody_needs_no_typing() -> None:
    require_meant(Harm("Delete it?", "Krampus Ball"), "")
