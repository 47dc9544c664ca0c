"""Every guard by its name: what of it is code, what is PostgreSQL's, and which rule tells without it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos import runs
from tests.chaos.cuts import Cut
from tests.chaos.house import House
from webapp.booking.service import cancellation, checkout, claims, holds, seat_claims, settlement
from webapp.catalog.service import tickets
from webapp.checkin import service as door
from webapp.payments import rules
from webapp.payments.service import charges, refunds
from workers import relay


@dataclass(frozen=True)
class Guard:
    """`cuts` takes it out of the code, `drops` out of the database; then `told` must be found broken."""

    name: str
    run: Callable[[House], None]
    told: str
    cuts: tuple[Cut, ...] = ()
    drops: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def _key(table: str, name: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


def _steps(table: str) -> str:
    return f"DROP TRIGGER state_machine ON {table}"


ROOM = {"AND taken + :places <= capacity": ""}
PAID_ONCE = Cut(rules, "changes_payment", {"state in _CHANGES[told]": "True"})
LEDGER_KEY = _key("ledger_entries", "uq_ledger_entries_payment_id_kind_refund_id")
REFUND_LEDGER = "the ledger has every payment and refund once"
ONCE = "is there once"

GUARDS = (
    Guard(
        "a pool has room",
        runs.sell_out,
        "no pool has more places taken than it has",
        cuts=(Cut(claims, "CLAIM_NEW", ROOM), Cut(claims, "TAKE", ROOM)),
        drops=(_key("pools", "ck_pools_taken_within_capacity"),),
    ),
    Guard(
        "a hall is not made smaller than what is taken",
        runs.make_smaller,
        "no pool has more places taken than it has",
        cuts=(Cut(tickets, "SET_CAPACITY", {"AND taken <= :capacity": ""}),),
        drops=(_key("pools", "ck_pools_taken_within_capacity"),),
    ),
    Guard(
        "a seat has one owner",
        runs.want_the_same_seats,
        ONCE,
        cuts=(
            Cut(
                seat_claims,
                "CLAIM",
                {
                    "WHERE NOT EXISTS (SELECT FROM seat_claims c"
                    " WHERE c.date_id = w.date AND c.seat_id = w.seat)": "",
                    "ON CONFLICT DO NOTHING": "",
                },
            ),
        ),
        drops=(_key("seat_claims", "pk_seat_claims"), "DROP INDEX uq_tickets_seat"),
    ),
    Guard(
        "a hold becomes one order",
        runs.click_twice,
        ONCE,
        cuts=(
            Cut(checkout, "LOCK_HOLD", {" FOR UPDATE": ""}),
            Cut(checkout, "find_placed", {"if order_id and basket": "if False"}),
        ),
        drops=(_key("orders", "uq_orders_hold_id"),),
    ),
    Guard(
        "a payment is asked for once",
        runs.press_again,
        ONCE,
        cuts=(Cut(charges, "REQUEST", {"ON CONFLICT (idempotency_key) DO NOTHING": ""}),),
        drops=(_key("payments", "uq_payments_idempotency_key"),),
    ),
    Guard(
        "a word of the provider is kept once",
        runs.hear_twice,
        ONCE,
        cuts=(Cut(charges, "KEEP", {"ON CONFLICT (provider, provider_event_id) DO NOTHING": ""}),),
        drops=(_key("payment_events", "uq_payment_events_provider_provider_event_id"),),
    ),
    Guard(
        "money counts once",
        runs.hear_in_other_words,
        "money in = orders paid - refunds",
        cuts=(PAID_ONCE,),
        drops=(LEDGER_KEY,),
    ),
    Guard(
        "a place of an order has one ticket",
        runs.pay_twice,
        "every paid order has its tickets",
        cuts=(Cut(settlement, "pay_order", {'order.state in ("awaiting_payment", "expired") and ': ""}),),
        drops=(_key("tickets", "uq_tickets_order_line_id_number"),),
    ),
    Guard(
        "who pays late takes no place that is gone",
        runs.pay_too_late,
        "places taken = places in active holds + live tickets",
        cuts=(Cut(settlement, "CONVERT", {"AND state = 'active'": ""}),),
        drops=(_steps("holds"),),
    ),
    Guard(
        "a converted hold stays converted",
        runs.cancel_what_was_paid,
        "every live ticket belongs to an order that is paid",
        cuts=(
            Cut(
                cancellation,
                "cancel_by_guest",
                {'order.state == "awaiting_payment"': "True", 'hold.state == "active"': "True"},
            ),
        ),
        drops=(_steps("holds"),),
    ),
    Guard(
        "a payment that succeeded stays so",
        runs.give_up_what_was_paid,
        REFUND_LEDGER,
        cuts=(Cut(charges, "_cancel", {'Payment.state.in_(("created", "pending")), ': ""}),),
        drops=(_steps("payments"), _key("payments", "ck_payments_succeeded_at")),
    ),
    Guard(
        "a refund leaves the ledger once",
        runs.refund_and_hear_twice,
        REFUND_LEDGER,
        cuts=(Cut(refunds, "record", {"not rules.changes_refund(refund.state, told)": "False"}),),
        drops=(LEDGER_KEY,),
    ),
    Guard(
        "a refund is asked for once",
        runs.refund_again,
        ONCE,
        cuts=(Cut(refunds, "request", {"if ids := sorted(known):": "if ids := []:"}),),
        drops=(_key("refunds", "uq_refunds_idempotency_key"),),
    ),
    Guard(
        "no more goes back than came",
        runs.refund_beyond,
        "no more is refunded than was paid",
        cuts=(Cut(refunds, "request", {"p.amount - returned.get(p.id, 0)": "p.amount"}),),
    ),
    Guard(
        "a code has its limit",
        runs.share_a_code,
        "vouchers were used as often",
        cuts=(
            Cut(checkout, "COUNT_VOUCHER", {" AND (max_uses IS NULL OR used < max_uses)": ""}),
            Cut(checkout, "_count_voucher", {"rules.require_usable(voucher, now)": "pass"}),
        ),
        drops=(_key("vouchers", "ck_vouchers_used_within_max"),),
    ),
    Guard(
        "a place is given back once",
        runs.give_back_twice,
        "places taken = places in active holds + live tickets",
        cuts=(Cut(holds, "release", {'hold.state != "active"': "False"}),),
    ),
    Guard(
        "a ticket opens the door once",
        runs.come_in_twice,
        "a ticket is used exactly when",
        cuts=(Cut(door, "check_in", {'ticket.state == "used"': "False"}),),
    ),
    Guard(
        "a job follows once",
        runs.relay_twice,
        ONCE,
        cuts=(Cut(relay, "WAITING", {"WHERE sent_at IS NULL ": "", "FOR UPDATE SKIP LOCKED": ""}),),
        drops=(_key("deliveries", "uq_deliveries_outbox_id_job"),),
    ),
    Guard(
        "the ledger is not rewritten",
        runs.correct_the_ledger,
        REFUND_LEDGER,
        drops=("DROP TRIGGER append_only ON ledger_entries",),
    ),
    Guard(
        "what the provider said stays",
        runs.tidy_the_words,
        "without a word of the provider",
        drops=("DROP TRIGGER append_only ON payment_events",),
    ),
    Guard(
        "history stays",
        runs.tidy_the_history,
        "says so in its history",
        drops=("DROP TRIGGER append_only ON audit_entries",),
    ),
    Guard(
        "what happened at the door stays",
        runs.tidy_the_door,
        "a ticket is used exactly when",
        drops=("DROP TRIGGER append_only ON check_ins",),
    ),
)
