"""The few pages people see: plain, and clearly not the shop."""

from html import escape
from typing import Any

STYLE = """
body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#eef2f5;color:#1a2530}
main{max-width:34rem;margin:6vh auto;background:#fff;padding:2rem;border-top:6px solid #2b6a8f}
h1{margin:0 0 .3em;font-size:1.5rem}.sum{font-size:2.4rem;font-weight:700;margin:.2em 0}
p{margin:.4em 0}.note{color:#4d5c69;font-size:.9rem}form{display:grid;gap:.6rem;margin-top:1.4rem}
button{font:inherit;padding:.8rem 1rem;border:2px solid #2b6a8f;background:#fff;color:#1d4f6d}
button{cursor:pointer;text-align:left}
button.pay{background:#2b6a8f;color:#fff;font-weight:700}.bad{background:#fde8e4;padding:.8rem 1rem}
table{border-collapse:collapse;width:100%}
td,th{border-top:1px solid #cdd6dd;padding:.4rem;text-align:left;font-size:.9rem}
label{display:grid;grid-template-columns:1fr 8rem;gap:1rem;align-items:center}
input{font:inherit;padding:.3rem}
@media(prefers-color-scheme:dark){body{background:#11171c;color:#e6edf2}main{background:#1b242c}.note{color:#a9b7c2}
button{background:#1b242c;color:#b9dcf0}.bad{background:#4a211b}}
"""


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def money(amount: int, currency: str) -> str:
    digits = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}.get(currency, 2)
    return f"{currency} {amount / 10**digits:,.{digits}f}"


def hosted(session: dict[str, Any], *, declined: bool = False) -> str:
    """The payment page of an open session."""
    said = (
        '<p class="bad" role="alert"><b>The bank said no.</b> Nothing was charged. Try once more.</p>'
        if declined
        else ""
    )
    return page(
        "Pay",
        f"<h1>{escape(session['description'] or 'Your payment')}</h1>"
        f'<p class="sum">{money(session["amount"], session["currency"])}</p>{said}'
        '<p class="note">Sandbox gateway: no money moves here.</p>'
        '<form method="post">'
        '<button class="pay" name="action" value="pay">Pay</button>'
        '<button name="action" value="decline">Let the bank decline</button>'
        '<button name="action" value="late">Go back now, pay ten seconds later</button>'
        '<button name="action" value="abandon">Go back without paying</button></form>',
    )


def closed(session: dict[str, Any]) -> str:
    """What is left to say about a session that has ended; one that was not paid can be paid too late."""
    words = {"paid": "This is paid", "cancelled": "This payment was cancelled"}
    late = (
        '<form method="post"><button name="action" value="force">Pay all the same, too late</button></form>'
    )
    return page(
        "Closed",
        f"<h1>{words.get(session['status'], 'Time is up')}</h1>"
        f"<p>{money(session['amount'], session['currency'])}, {escape(session['description'])}</p>"
        f'<p><a href="{escape(session["return_url"])}">Back to the shop</a></p>'
        + (late if session["status"] != "paid" else ""),
    )


def sessions(rows: list[dict[str, Any]]) -> str:
    lines = "".join(
        f'<tr><td><a href="/pay/{row["id"]}">{row["created_at"]:%H:%M:%S}</a></td>'
        f"<td>{escape(row['description'])}</td>"
        f"<td>{money(row['amount'], row['currency'])}</td><td>{row['status']}</td></tr>"
        for row in rows
    )
    return page(
        "Sandbox gateway",
        "<h1>Sandbox gateway</h1><p>Pretends to be a payment provider. No money moves here.</p>"
        '<p><a href="/control">Let it misbehave</a></p>'
        f"<table><tr><th>At</th><th>What</th><th>Amount</th><th>State</th></tr>{lines}</table>",
    )


CONTROLS = (
    ("duplicate", "Send each webhook so many times more", "number"),
    ("delay_ms", "Wait so many milliseconds before a webhook", "number"),
    ("reorder", "Send webhooks in another order (1)", "number"),
    ("drop", "Lose this share of webhooks (0 to 1)", "number"),
    ("fail_api", "Fail this share of API calls (0 to 1)", "number"),
    ("hang_ms", "Wait so many milliseconds in each API call", "number"),
    ("fail_refunds", "Refuse this share of refunds (0 to 1)", "number"),
    ("decline_all", "Decline every card (1)", "number"),
)


def control(settings: dict[str, Any]) -> str:
    fields = "".join(
        f'<label>{label}<input name="{name}" type="{kind}" min="0" step="any"'
        f' value="{float(settings.get(name) or 0):g}"></label>'
        for name, label, kind in CONTROLS
    )
    return page(
        "Misbehave",
        f'<h1>Let it misbehave</h1><form method="post">{fields}<button class="pay">Do so</button></form>'
        '<p><a href="/">All payments</a></p>',
    )
