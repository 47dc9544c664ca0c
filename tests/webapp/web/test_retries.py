"""The ingress sends a form to a second copy only where sent twice is done once."""

from flask import Flask

from tests.nomad import files

# What tells a form that comes again. The basket's is in its cookie; who has none gets one from the request's
# id, which stays the same (webapp/booking/views/visitor.py).
KEYS = {
    "/basket/change": "the basket; numbers are set, not added",
    "/basket/hold": "the basket; numbers are set, not added",
    "/basket/seats": "the basket, whose own seats are no obstacle",
    "/basket/seats/best": "the basket, which has seats that fit already",
    "/basket/seats/give-back": "the seat",
    "/basket/take/<ticket>": "only a cookie is set",
    "/basket/<uuid:hold_id>/extend": "the hold, extended once",
    "/basket/<uuid:hold_id>/release": "the hold",
    "/checkout/<uuid:hold_id>": "the hold, one order each",
    "/checkout/<uuid:hold_id>/donation": "the hold; the amount is set",
    "/checkout/<uuid:hold_id>/voucher": "the hold; the code is set",
    "/news/<news_key>": "the key; the wish is set",
    "/orders/find": "nothing is changed",
    "/orders/requests/new/<uuid:type_id>": "the id that its form was drawn with",
    "/orders/requests/<uuid:request_id>/withdraw": "the request",
    "/orders/<code>/answers": "the order; answers are set",
    "/orders/<code>/cancel": "the order",
    "/orders/<code>/pay": "the order and the number of the try",
    "/orders/<code>/tickets/<uuid:ticket_id>/give-back": "the ticket",
    "/orders/<code>/tickets/<uuid:ticket_id>/holder": "the ticket; the name is set",
    "/orders/<code>/tickets/<uuid:ticket_id>/keep": "the ticket",
    "/webhooks/mail": "the mail",
    "/webhooks/sandbox": "the provider's event",
}


def test_every_form_that_may_be_resent_has_a_key(app: Flask) -> None:
    resent = tuple(path for path, body in files.locations().items() if "non_idempotent" in body)
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule.startswith(resent)
    }
    assert rules == set(KEYS)
