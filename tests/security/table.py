"""Every address × every role, and the exact answer.

Columns: nobody, guest (holds the basket's cookie and its order), Charlie (an account, nothing else), Alice
(owner), Bob (manager), Fin (finance), Dora (door), Olive (operator). One number stands for all eight. Forms
are sent as they stand behind the `?`, else empty: 422 then means that the form was let in and read.
"""

TABLE = """
GET  /livez                                             200
GET  /readyz                                            200
GET  /media/<name>                                      404
GET  /static/<version>/<path:name>                      404
GET  /static/favicon                                    200

GET  /account/sign-in                                   200 200 303 303 303 303 303 303
POST /account/sign-in                                   422
GET  /account/sign-up                                   200
POST /account/sign-up                                   422
GET  /account/mail-sent                                 200
POST /account/sign-out                                  303
GET  /account/verify/<token>                            410
POST /account/verify/<token>                            410
GET  /account/forgotten                                 200
POST /account/forgotten                                 422
GET  /account/reset/<token>                             410
POST /account/reset/<token>                             410
GET  /account/email/<token>                             410
POST /account/email/<token>                             410
GET  /account                                           303 303 200 200 200 200 200 200
POST /account/name                                      303 303 422 422 422 422 422 422
GET  /account/security                                  303 303 200 200 200 200 200 200
POST /account/password                                  303 303 422 422 422 422 422 422
POST /account/email                                     303 303 422 422 422 422 422 422
GET  /account/devices                                   303 303 200 200 200 200 200 200
POST /account/devices/<uuid:device_id>/sign-out         303
POST /account/devices/sign-out-others                   303
GET  /account/delete                                    303 303 200 200 200 200 200 200
POST /account/delete                                    303 303 422 422 422 422 422 422

GET  /staff                                             303 303 200 303 303 303 303 200
GET  /staff/new                                         303 303 200 200 200 200 200 200
POST /staff/new                                         303 303 422 422 422 422 422 422
GET  /staff/<organizer>/organizer                       303 303 404 200 403 403 403 404
POST /staff/<organizer>/organizer                       303 303 404 422 403 403 403 404
GET  /staff/<organizer>/team                            303 303 404 200 403 403 403 404
POST /staff/<organizer>/team                            303 303 404 422 403 403 403 404
POST /staff/<organizer>/team/<uuid:user_id>/role        303 303 404 422 403 403 403 404
POST /staff/<organizer>/team/<uuid:user_id>/remove      303 303 404 303 403 403 403 404
GET  /staff/<organizer>/audit                           303 303 404 200 200 200 403 404

GET  /staff/<organizer>                                 303 303 404 200 200 200 200 404
GET  /staff/<organizer>/sale                            303 303 404 200 200 200 403 404
GET  /staff/<organizer>/sale/<uuid:date_id>             303 303 404 200 200 200 403 404

GET  /staff/health                                      303 303 404 404 404 404 404 200
GET  /staff/background                                  303 303 404 404 404 404 404 200
POST /staff/background/<uuid:delivery_id>/retry         303 303 404 404 404 404 404 303
POST /staff/background/<uuid:delivery_id>/drop          303 303 404 404 404 404 404 303

GET  /pay/<uuid:payment_id>                             303
POST /webhooks/sandbox                                  400
"""


def rows() -> dict[tuple[str, str], tuple[str, list[int]]]:
    """(method, rule) -> the form that is sent, and the answer for each role."""
    table: dict[tuple[str, str], tuple[str, list[int]]] = {}
    for line in TABLE.strip().splitlines():
        if not line.strip():
            continue
        method, address, *numbers = line.split()
        rule, _, form = address.partition("?")
        statuses = [int(number) for number in numbers]
        table[method, rule] = (form, statuses * 8 if len(statuses) == 1 else statuses)
    return table
