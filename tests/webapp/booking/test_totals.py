"""Sums that always add up, whatever is bought with whatever code."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from webapp.booking.rules import Priced, VoucherKind, VoucherTerms, refund_fee, totals

EVENTS = (uuid4(), uuid4())

lines = st.lists(
    st.builds(
        Priced,
        event_id=st.sampled_from(EVENTS),
        price=st.integers(0, 1_000_000),
        quantity=st.integers(1, 10),
        tax_bp=st.integers(0, 5000),
    ),
    min_size=1,
    max_size=8,
)


def code(kind: VoucherKind, value: int, event_id: UUID | None = None) -> VoucherTerms:
    return VoucherTerms(uuid4(), "LAMP", kind, value, False, event_id, None, 0, None, None)


vouchers = st.one_of(
    st.none(),
    st.builds(code, st.just("percent"), st.integers(0, 10_000), st.sampled_from((None, *EVENTS))),
    st.builds(
        code,
        st.sampled_from(("amount", "price")),
        st.integers(0, 3_000_000),
        st.sampled_from((None, *EVENTS)),
    ),
)


@given(lines, vouchers, st.integers(0, 3000), st.integers(0, 500))
def test_totals_add_up_and_are_never_negative(
    bought: list[Priced], voucher: VoucherTerms | None, fee_bp: int, fee_fixed: int
) -> None:
    sums = totals(bought, voucher, fee_bp=fee_bp, fee_fixed=fee_fixed)

    tickets = [price for line in sums.tickets for price in line]
    assert sums.subtotal == sum(line.price * line.quantity for line in bought)
    assert sums.total == sums.subtotal - sums.discount + sums.fee
    assert sum(tickets) == sums.subtotal - sums.discount
    assert [len(line) for line in sums.tickets] == [line.quantity for line in bought]
    assert min(sums.discount, sums.fee, sums.tax, sums.total, *tickets) >= 0
    assert sums.tax <= sum(tickets)


@given(lines, vouchers)
def test_no_ticket_costs_more_with_a_code(bought: list[Priced], voucher: VoucherTerms | None) -> None:
    sums = totals(bought, voucher, fee_bp=0, fee_fixed=0)

    assert all(price <= line.price for line, row in zip(bought, sums.tickets, strict=True) for price in row)


@given(lines)
def test_a_code_for_another_event_changes_nothing(bought: list[Priced]) -> None:
    plain = totals(bought, None, fee_bp=250, fee_fixed=30)

    assert totals(bought, code("percent", 5000, uuid4()), fee_bp=250, fee_fixed=30) == plain


@given(lines)
def test_what_costs_nothing_has_no_fee(bought: list[Priced]) -> None:
    sums = totals(bought, code("price", 0), fee_bp=250, fee_fixed=30)

    assert (sums.total, sums.fee, sums.tax) == (0, 0, 0)


@given(st.integers(0, 10_000), st.integers(0, 40), st.integers(1, 40))
def test_the_fee_of_some_tickets_is_part_of_the_fee(fee: int, tickets: int, more: int) -> None:
    assert 0 <= refund_fee(fee, tickets, tickets + more) <= fee
