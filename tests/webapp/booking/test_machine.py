"""Whatever guests, time and money do in whatever order: every rule of the house holds after each step."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.booking import Kind, a_sale, hold, order, pay, taken
from tests.webapp.booking.conftest import empty
from webapp.booking.service import cancellation, claims, holds
from webapp.booking.service.checkout import Placed
from webapp.booking.service.holds import Wish
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Refusal
from webapp.core.ids import secret
from webapp.ops.queries.invariants import sweep


class BoxOffice(RuleBasedStateMachine):
    """One small date with two pools; `database` is set by the test."""

    database: Database
    held: Any = Bundle("held")
    placed: Any = Bundle("placed")

    def __init__(self) -> None:
        super().__init__()
        empty(self.database)
        self.now = clock.now()
        self.sale = a_sale(self.database, places=(12, 7), kinds=(Kind(), Kind(pool=1), Kind(price=0)))

    @rule(target=held, quantities=st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1)))
    def hold(self, quantities: tuple[int, ...]) -> Any:
        basket = secret()
        try:
            return basket, hold(self.database, self.sale, *quantities, basket=basket, now=self.now)
        except Refusal:
            return multiple()

    @rule(part=held, quantities=st.tuples(*[st.integers(0, 3)] * 3))
    def change(self, part: tuple[str, UUID], quantities: tuple[int, ...]) -> None:
        wish = Wish(part[0], dict(zip(self.sale.types, quantities, strict=True)), is_change=True)
        self._try(lambda: holds.hold(self.database, wish, self.now))

    @rule(part=held)
    def release(self, part: tuple[str, UUID]) -> None:
        with self.database.writing() as db:
            self._try(lambda: holds.release(db, basket=part[0], hold_id=part[1]))

    @rule(target=placed, part=consumes(held))
    def order(self, part: tuple[str, UUID]) -> Any:
        try:
            return order(self.database, part[1], basket=part[0], now=self.now)
        except Refusal:
            return multiple()

    @rule(target=placed, quantity=st.integers(1, 2))
    def buy(self, quantity: int) -> Any:
        """The whole way at once, so that there are always tickets to give back."""
        basket = secret()
        try:
            held = hold(self.database, self.sale, quantity, 1, basket=basket, now=self.now)
        except Refusal:
            return multiple()
        made = order(self.database, held, basket=basket, now=self.now)
        pay(self.database, made.payment_id)
        return made

    @rule(made=placed, name=st.sampled_from(("first", "again")))
    def pay(self, made: Placed, name: str) -> None:
        if made.payment_id:
            pay(self.database, made.payment_id, name=f"{name}-{made.payment_id}")

    @rule(made=placed)
    def cancel(self, made: Placed) -> None:
        with self.database.writing() as db:
            self._try(lambda: cancellation.cancel_by_guest(db, order_id=made.order_id))

    @rule(made=placed, count=st.integers(1, 6))
    def refund(self, made: Placed, count: int) -> None:
        with self.database.writing() as db:
            live = db.scalars(
                text("SELECT id FROM tickets WHERE order_id = :order AND state <> 'void' LIMIT :count"),
                {"order": made.order_id, "count": count},
            ).all()
            self._try(
                lambda: cancellation.refund(
                    db, order_id=made.order_id, ticket_ids=live, reason="Rain", by=SYSTEM
                )
            )

    @rule(minutes=st.integers(1, 20), is_swept=st.booleans())
    def wait(self, minutes: int, is_swept: bool) -> None:
        self.now += timedelta(minutes=minutes)
        if is_swept:
            with self.database.writing() as db:
                claims.reclaim(db, self.now)

    @invariant()
    def every_rule_holds(self) -> None:
        with Session(self.database.engine) as db:
            assert [example for finding in sweep(db) for example in finding.examples] == []
        assert all(0 <= n <= most for n, most in zip(taken(self.database, self.sale), (12, 7), strict=True))

    @staticmethod
    def _try(act: Any) -> None:
        try:
            act()
        except Refusal:
            return


def test_the_box_office_keeps_every_rule_in_whatever_order_things_happen(database: Database) -> None:
    BoxOffice.database = database
    run_state_machine_as_test(
        BoxOffice,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
