# ruff: noqa: E501  # a table reads in columns
# budget: one row for each address
"""Every address × every role, and the exact answer.

Columns: nobody, guest (holds the basket's cookie and its order), Charlie (an account, nothing else), Alice
(owner), Bob (manager), Fin (finance), Dora (door), Olive (operator). One number stands for all eight. Forms
are sent as they stand behind the `?`, else empty: 422 then means that the form was let in and read.
"""

TABLE = """
GET  /livez                                             200
GET  /readyz                                            200
GET  /metrics                                           200
GET  /media/<name>                                      404
GET  /static/<version>/<path:name>                      404
GET  /static/favicon                                    200

GET  /                                                  200
GET  /search                                            200
GET  /cities                                            200
GET  /cities/<slug>                                     200
GET  /cities/<slug>.ics                                 200
GET  /categories/<name>                                 200
GET  /categories/<name>.ics                             200
GET  /organizers/<slug>                                 200
GET  /organizers/<slug>.ics                             200
GET  /events/<slug>                                     200
GET  /events/<slug>.ics                                 200
GET  /events/<slug>/availability                        200
GET  /events/<slug>/seats                               404
GET  /events/<slug>/seats/<uuid:section_id>             404
GET  /events/<slug>/seats/best?date=<date_id>&together=2 422
GET  /events/<slug>/seats/changes                       404
GET  /seat-plans/<uuid:plan_id>/<int:version>.svg       404
GET  /dates/<uuid:date_id>.ics                          200
GET  /posters/<slug>.svg                                200
GET  /posters/<slug>.png                                200

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
GET  /account/invitation/<token>                        410
POST /account/invitation/<token>                        410
GET  /account                                           303 303 200 200 200 200 200 200
POST /account/name                                      303 303 422 422 422 422 422 422
GET  /account/security                                  303 303 200 200 200 200 200 200
POST /account/password                                  303 303 422 422 422 422 422 422
POST /account/email                                     303 303 422 422 422 422 422 422
GET  /account/sign-in/second                            303
POST /account/sign-in/second                            303
GET  /account/sign-in/passkey                           200
POST /account/sign-in/passkey                           422
GET  /account/confirm                                   303 303 200 200 200 200 200 200
POST /account/confirm                                   303 303 422 422 422 422 422 422
GET  /account/factors                                   303 303 200 200 200 200 200 200
GET  /account/factors/app                               303 303 200 200 200 200 200 200
POST /account/factors/app                               303 303 410 410 410 410 410 410
POST /account/factors/app/remove                        303
GET  /account/factors/passkey                           303 303 200 200 200 200 200 200
POST /account/factors/passkey                           303 303 422 422 422 422 422 422
POST /account/factors/passkeys/<uuid:passkey_id>/remove 303
POST /account/factors/codes                             303
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
POST /staff/<organizer>/team/<uuid:user_id>/role?role=door  303 303 404 303 403 403 403 404
POST /staff/<organizer>/team/<uuid:user_id>/remove      303 303 404 303 403 403 403 404
POST /staff/<organizer>/team/second-factor?required=yes 303 303 404 409 403 403 403 404
POST /staff/<organizer>/team/<uuid:user_id>/second-factor/reset 303 303 404 303 403 403 403 404
POST /staff/<organizer>/team/events?user_id=<user_id>&event_id=<event_id>&role=finance 303 303 404 303 403 403 403 404
POST /staff/<organizer>/team/invitations/<uuid:invitation_id>/resend 303 303 404 303 403 403 403 404
POST /staff/<organizer>/team/invitations/<uuid:invitation_id>/withdraw 303 303 404 303 403 403 403 404
GET  /staff/<organizer>/roles                           303 303 404 200 200 200 200 404
GET  /staff/<organizer>/audit                           303 303 404 200 200 200 403 404

GET  /staff/<organizer>                                 303 303 404 200 200 200 200 404
POST /staff/<organizer>/todos/aside?key=none&until=2027-06-01 303 303 404 410 410 410 410 404
POST /staff/<organizer>/todos/again?key=none            303 303 404 410 410 410 410 404
GET  /staff/<organizer>/search                          303 303 404 200 200 200 200 404
GET  /staff/<organizer>/sale                            303 303 404 200 200 200 403 404
GET  /staff/<organizer>/sale/<uuid:date_id>             303 303 404 200 200 200 403 404
GET  /staff/<organizer>/wall                            303 303 404 200 200 200 403 404
GET  /live/staff/<organizer>/sale                       303 303 404 200 200 200 403 404
GET  /live/staff/<organizer>/sale/<uuid:date_id>        303 303 404 200 200 200 403 404
GET  /live/staff/<organizer>/wall                       303 303 404 200 200 200 403 404

GET  /staff/<organizer>/events                          303 303 404 200 200 200 200 404
GET  /staff/<organizer>/events/new                      303 303 404 200 200 403 403 404
POST /staff/<organizer>/events/new?id=<fresh_id>&title=A+talk&category=talk 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/events/<uuid:event_id>          303 303 404 200 200 200 200 404
POST /staff/<organizer>/events/<uuid:event_id>?id=<event_id>&version=1&title=A+talk&category=talk 303 303 404 303 409 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/publish  303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/unpublish 303 303 404 409 409 403 403 404
GET  /staff/<organizer>/events/bin                      303 303 404 200 200 200 200 404
POST /staff/<organizer>/events/<uuid:event_id>/publish-at 303 303 404 409 409 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/delete   303 303 404 409 409 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/restore  303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/cancel?typed=Night+of+the+Lamps 303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/picture  303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/questions?id=<fresh_id>&label=Why&kind=text 303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/questions/<uuid:question_id>/remove 303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/answers?hours=24 303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/dates?id=<fresh_id>&venue_id=<venue_id>&starts_at=2027-06-01T20:00&ends_at=2027-06-01T22:00 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/dates                           303 303 404 200 200 200 200 404
GET  /staff/<organizer>/calendar                        303 303 404 200 200 200 200 404
GET  /staff/<organizer>/events/<uuid:event_id>/series   303 303 404 200 200 200 200 404
GET  /staff/<organizer>/events/<uuid:event_id>/series/new 303 303 404 200 200 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/series?go=make 303 303 404 422 422 403 403 404
GET  /staff/<organizer>/series/<uuid:series_id>         303 303 404 200 200 403 403 404
POST /staff/<organizer>/series/<uuid:series_id>         303 303 404 422 422 403 403 404
POST /staff/<organizer>/series/<uuid:series_id>/more?number=1&ends=2026-01-01 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/dates/<uuid:date_id>/series     303 303 404 200 200 200 200 404
POST /staff/<organizer>/dates/<uuid:date_id>/leave-out  303 303 404 409 409 403 403 404
GET  /staff/<organizer>/events/<uuid:event_id>/dates/change 303 303 404 200 200 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/dates/change?go=change 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/events/<uuid:event_id>/clone    303 303 404 200 200 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/clone?go=copy 303 303 404 422 422 403 403 404
GET  /staff/<organizer>/dates/<uuid:date_id>            303 303 404 200 200 200 200 404
POST /staff/<organizer>/dates/<uuid:date_id>?id=<date_id>&venue_id=<venue_id>&starts_at=2027-06-01T20:00&ends_at=2027-06-01T22:00&typed=Night+of+the+Lamps&message=Later 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/sale?step=paused 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/cancel?typed=Night+of+the+Lamps 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/pools?id=<fresh_id>&name=Balcony&capacity=50 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/reserves?pool_id=<pool_id>&voucher_id=<voucher_id>&places=0 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/reserves/<uuid:reserve_id>/release 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/types?id=<fresh_id>&pool_id=<pool_id>&name=Seat&price=10 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/types/<uuid:type_id>/withdraw 303 303 404 303 303 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/types/<uuid:type_id>/offer 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/venues                          303 303 404 200 200 403 403 404
GET  /staff/<organizer>/imports                          303 303 404 200 200 403 403 404
POST /staff/<organizer>/imports                          303 303 404 422 422 403 403 404
GET  /staff/<organizer>/imports/<uuid:import_id>         303 303 404 200 200 403 403 404
POST /staff/<organizer>/imports/<uuid:import_id>/undo    303 303 404 409 409 403 403 404
GET  /staff/<organizer>/imports/files/<uuid:draft_id>    303 303 404 200 200 403 403 404
POST /staff/<organizer>/imports/files/<uuid:draft_id>    303 303 404 409 409 403 403 404
POST /staff/<organizer>/imports/files/<uuid:draft_id>/confirm?version=1 303 303 404 303 303 403 403 404
POST /staff/<organizer>/imports/files/<uuid:draft_id>/throw-away 303 303 404 303 404 403 403 404
POST /staff/<organizer>/imports/files/<uuid:draft_id>/feed 303 303 404 422 422 403 403 404
POST /staff/<organizer>/imports/feeds/<uuid:feed_id>/mode 303 303 404 422 422 403 403 404
POST /staff/<organizer>/imports/feeds/<uuid:feed_id>/pause 303 303 404 303 303 403 403 404
POST /staff/<organizer>/imports/feeds/<uuid:feed_id>/look 303 303 404 303 303 403 403 404
POST /staff/<organizer>/imports/feeds/<uuid:feed_id>/forget 303 303 404 303 404 403 403 404
GET  /staff/<organizer>/plans                           303 303 404 200 200 403 403 404
POST /staff/<organizer>/plans?venue_id=<venue_id>&name=Hall 303 303 404 422 422 403 403 404
GET  /staff/<organizer>/plans/<uuid:plan_id>            303 303 404 200 200 403 403 404
POST /staff/<organizer>/plans/drawings?venue_id=<venue_id>&name=Hall 303 303 404 303 303 403 403 404
POST /staff/<organizer>/plans/<uuid:plan_id>/draw       303 303 404 303 303 403 403 404
GET  /staff/<organizer>/plans/<uuid:plan_id>/plan.toml  303 303 404 200 200 403 403 404
GET  /staff/<organizer>/plans/drawings/<uuid:drawing_id> 303 303 404 200 200 403 403 404
GET  /staff/<organizer>/plans/drawings/<uuid:drawing_id>/preview 303 303 404 200 200 403 403 404
GET  /staff/<organizer>/plans/drawings/<uuid:drawing_id>/plan.toml 303 303 404 200 200 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/steps?version=0&do=copy&section=Stalls 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/sections?version=0&name=Stalls 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/stage?version=0 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/labels?version=0&text=Bar 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/file?version=0 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/undo?version=0 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/make?version=0 303 303 404 409 409 403 403 404
POST /staff/<organizer>/plans/drawings/<uuid:drawing_id>/discard 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/dates/<uuid:date_id>/seats      303 303 404 200 200 200 200 404
POST /staff/<organizer>/dates/<uuid:date_id>/seats/plan?plan_id=<plan_id> 303 303 404 422 422 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/seats/plan/remove 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/dates/<uuid:date_id>/seats/sections/<uuid:section_id> 303 303 404 404 404 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/seats/blocks?name=House&seats=Stalls 303 303 404 404 404 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/seats/blocks/<uuid:block_id>/release 303 303 404 303 303 403 403 404
POST /staff/<organizer>/venues?id=<fresh_id>&name=Hall&city=Lisbon&country=PT&zone=Europe/Lisbon 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/vouchers                        303 303 404 200 200 403 403 404
POST /staff/<organizer>/vouchers?id=<fresh_id>&code=<code>&kind=percent&value=10 303 303 404 303 303 403 403 404
POST /staff/<organizer>/vouchers/batches?id=<fresh_id>&code=SPRING&kind=percent&value=10&number=2 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/vouchers/<uuid:voucher_id>      303 303 404 200 200 403 403 404
GET  /staff/<organizer>/vouchers/<uuid:voucher_id>/codes.csv 303 303 404 200 200 403 403 404
POST /staff/<organizer>/vouchers/<uuid:voucher_id>/withdraw 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/types/<uuid:type_id>            303 303 404 200 200 200 200 404
POST /staff/<organizer>/types/<uuid:type_id>/steps?id=<fresh_id>&price=10&most=5 303 303 404 303 303 403 403 404
POST /staff/<organizer>/types/<uuid:type_id>/steps/<uuid:step_id>/remove 303 303 404 303 303 403 403 404
POST /staff/<organizer>/types/<uuid:type_id>/ways?group_from=10&group_price=9 303 303 404 303 303 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/donation?words=For+the+choir 303 303 404 303 303 403 403 404

GET  /staff/<organizer>/orders                          303 303 404 200 200 200 403 404
GET  /staff/<organizer>/attendees                       303 303 404 200 200 200 403 404
GET  /staff/<organizer>/orders/<code>                   303 303 404 200 200 200 403 404
POST /staff/<organizer>/orders/<code>/resend?key=<fresh_id> 303 303 404 303 303 403 403 404
POST /staff/<organizer>/orders/<code>/refund?ticket=<ticket_id> 303 303 404 303 403 303 403 404
POST /staff/<organizer>/orders/<code>/refund-donation   303 303 404 303 403 303 403 404

GET  /staff/<organizer>/counter                         303 303 404 200 200 403 403 404
GET  /staff/<organizer>/counter/<uuid:date_id>          303 303 404 409 409 403 403 404
POST /staff/<organizer>/counter/<uuid:date_id>?key=<nonce>&qty-<type_id>=1 303 303 404 409 409 403 403 404
GET  /staff/<organizer>/counter/<uuid:date_id>/seats/<uuid:section_id> 303 303 404 409 409 403 403 404
GET  /staff/<organizer>/counter/pay/<uuid:hold_id>      303 303 404 409 409 403 403 404
POST /staff/<organizer>/counter/pay/<uuid:hold_id>      303 303 404 409 409 403 403 404
POST /staff/<organizer>/counter/pay/<uuid:hold_id>/terms 303 303 404 409 409 403 403 404
POST /staff/<organizer>/counter/pay/<uuid:hold_id>/seat?date=<date_id>&seat=0 303 303 404 409 409 403 403 404
POST /staff/<organizer>/counter/pay/<uuid:hold_id>/release 303 303 404 409 409 403 403 404
GET  /staff/<organizer>/counter/sold/<code>             303 303 404 404 404 403 403 404
GET  /staff/<organizer>/counter/tills                   303 303 404 200 200 403 403 404
POST /staff/<organizer>/counter/tills?id=<fresh_id>&start=0 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/counter/tills/<uuid:till_id>    303 303 404 200 200 403 403 404
POST /staff/<organizer>/counter/tills/<uuid:till_id>/close?counted=0 303 303 404 303 303 403 403 404
POST /staff/<organizer>/counter/tills/<uuid:till_id>/move?id=<fresh_id>&amount=1&way=in&reason=Change 303 303 404 303 303 403 403 404
POST /staff/<organizer>/counter/refunds/<uuid:refund_id> 303 303 404 409 409 403 403 404
GET  /staff/<organizer>/dates/<uuid:date_id>/guests     303 303 404 200 200 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/guests?id=<fresh_id>&ticket_type_id=<type_id>&lines=Ana 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id> 303 303 404 404 404 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>?name=Ana 303 303 404 404 404 403 403 404
POST /staff/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>/remove 303 303 404 404 404 403 403 404
GET  /staff/<organizer>/requests                        303 303 404 200 200 403 403 404
POST /staff/<organizer>/requests?answer=approve&request=<request_id> 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/requests/<uuid:request_id>/papers/<uuid:paper_id> 303 303 404 404 404 403 403 404
GET  /staff/<organizer>/orders/<code>/papers/<uuid:paper_id> 303 303 404 404 404 404 403 404

GET  /staff/<organizer>/rooms                           303 303 404 200 200 200 403 404
POST /staff/<organizer>/rooms?scope=<event_id>/<date_id> 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/rooms/<uuid:room_id>            303 303 404 200 200 200 403 404
POST /staff/<organizer>/rooms/<uuid:room_id>?mode=on    303 303 404 303 303 403 403 404
POST /staff/<organizer>/rooms/<uuid:room_id>/dial?per_minute=50&most_inside=100 303 303 404 303 303 403 403 404
POST /staff/<organizer>/rooms/<uuid:room_id>/steer?step=pause 303 303 404 303 303 403 403 404
POST /staff/<organizer>/rooms/<uuid:room_id>/rehearsals?id=<fresh_id>&visitors=10 303 303 404 303 303 403 403 404
GET  /staff/<organizer>/rooms/<uuid:room_id>/rehearsals/<uuid:rehearsal_id> 303 303 404 200 200 200 403 404

GET  /staff/<organizer>/events/<uuid:event_id>/waitlist 303 303 404 200 200 200 403 404
POST /staff/<organizer>/events/<uuid:event_id>/waitlist/<uuid:entry_id>/offer 303 303 404 409 409 403 403 404
POST /staff/<organizer>/events/<uuid:event_id>/waitlist/<uuid:entry_id>/remove?typed=Lena+Lund 303 303 404 303 303 403 403 404

GET  /staff/<organizer>/messages                        303 303 404 200 200 200 403 404
GET  /staff/<organizer>/messages/new                    303 303 404 200 200 403 403 404
POST /staff/<organizer>/messages                        303 303 404 422 422 403 403 404
GET  /staff/<organizer>/messages/<uuid:message_id>      303 303 404 200 200 200 403 404
GET  /staff/<organizer>/messages/<uuid:message_id>/edit 303 303 404 200 200 403 403 404
POST /staff/<organizer>/messages/<uuid:message_id>/test?key=<fresh_id> 303 303 404 303 303 403 403 404
POST /staff/<organizer>/messages/<uuid:message_id>/send 303 303 404 303 303 403 403 404
POST /staff/<organizer>/messages/<uuid:message_id>/stop 303 303 404 303 303 403 403 404
POST /staff/<organizer>/messages/<uuid:message_id>/delete 303 303 404 303 303 403 403 404
POST /staff/<organizer>/messages/bounces/<uuid:bounce_id>/clear 303 303 404 303 303 403 403 404

GET  /staff/<organizer>/reports                         303 303 404 200 200 200 403 404
GET  /staff/<organizer>/reports/<sheet_name>            303 303 404 200 200 200 403 404
GET  /staff/<organizer>/reports/<sheet_name>/file.<file_form> 303 303 404 200 200 200 403 404
GET  /staff/<organizer>/reports/saved/new               303 303 404 200 200 200 403 404
POST /staff/<organizer>/reports/saved?id=<fresh_id>&name=Weekly&sheet=sales 303 303 404 303 303 303 403 404
GET  /staff/<organizer>/reports/saved/<uuid:report_id>  303 303 404 200 200 200 403 404
POST /staff/<organizer>/reports/saved/<uuid:report_id>/delete 303 303 404 303 303 303 403 404
GET  /staff/reports/<sheet_name>                        303 303 404 404 404 404 404 200
GET  /staff/reports/<sheet_name>/file.<file_form>       303 303 404 404 404 404 404 200

GET  /staff/<organizer>/door                            303 303 404 200 200 403 200 404
GET  /staff/<organizer>/door/<uuid:date_id>             303 303 404 200 200 403 200 404
POST /staff/<organizer>/door/<uuid:date_id>?code=<secret>&gate=Gate&nonce=<nonce> 303 303 404 200 200 403 200 404
POST /staff/<organizer>/door/<uuid:date_id>/undo/<uuid:ticket_id>?gate=Gate&nonce=<nonce> 303 303 404 409 409 403 409 404

GET  /staff/health                                      303 303 404 404 404 404 404 200
GET  /staff/background                                  303 303 404 404 404 404 404 200
POST /staff/background/<uuid:delivery_id>/retry         303 303 404 404 404 404 404 303
POST /staff/background/<uuid:delivery_id>/drop          303 303 404 404 404 404 404 303
GET  /staff/cluster                                     303 303 404 404 404 404 404 200
POST /staff/cluster/jobs/<name>/promote                 303 303 404 404 404 404 404 422
POST /staff/cluster/jobs/<name>/fail                    303 303 404 404 404 404 404 409
POST /staff/cluster/jobs/<name>/revert                  303 303 404 404 404 404 404 409
POST /staff/cluster/jobs/<name>/scale                   303 303 404 404 404 404 404 422
POST /staff/cluster/zones/<name>/drain                  303 303 404 404 404 404 404 409
POST /staff/cluster/zones/<name>/open                   303 303 404 404 404 404 404 409

GET  /basket                                            200
GET  /basket/corner                                     200
POST /basket/hold?event=<event_id>&date=<date_id>&qty-<type_id>=1    303
GET  /basket/seats                                      200
POST /basket/seats                                      422
POST /basket/seats/best                                 422
POST /basket/seats/give-back                            422
POST /basket/change?qty-<type_id>=1                     404 303 404 404 404 404 404 404
POST /basket/<uuid:hold_id>/release                     404 303 404 404 404 404 404 404
POST /basket/<uuid:hold_id>/extend                      404 303 404 404 404 404 404 404
GET  /basket/hand-over                                  200
GET  /basket/take/<ticket>                              404
POST /basket/take/<ticket>                              404
POST /checkout/<uuid:hold_id>/voucher                   404 200 404 404 404 404 404 404
POST /checkout/<uuid:hold_id>/donation                  404 200 404 404 404 404 404 404
GET  /checkout/<uuid:hold_id>                           404 200 404 404 404 404 404 404
POST /checkout/<uuid:hold_id>                           404 422 404 404 404 404 404 404

GET  /queue/<uuid:room_id>                              200
GET  /queue/<uuid:room_id>/state                        200
POST /queue/<uuid:room_id>/join                         303
POST /queue/<uuid:room_id>/enter                        303
POST /queue/<uuid:room_id>/leave                        303
GET  /queue/<uuid:room_id>/device                       303
GET  /queue/take/<ticket>                               404
POST /queue/take/<ticket>                               404

GET  /waitlist/places/<uuid:pool_id>                    303
GET  /waitlist/<slug>                                   200
POST /waitlist/<slug>                                   422
GET  /waitlist/<slug>/asked                             200
GET  /waitlist/entry/<key>                              200
POST /waitlist/entry/<key>/confirm                      303
POST /waitlist/entry/<key>/take                         409
POST /waitlist/entry/<key>/leave                        303
POST /waitlist/entry/<key>/rejoin                       303

GET  /orders                                            303 303 200 200 200 200 200 200
GET  /orders/find                                       200
POST /orders/find?code=<code>&email=charlie@example.org  422
GET  /orders/<code>                                     404 200 404 404 404 404 404 404
GET  /orders/<code>/state                               404 200 404 404 404 404 404 404
POST /orders/<code>/pay                                 404 303 404 404 404 404 404 404
POST /orders/<code>/cancel                              404 409 404 404 404 404 404 404
POST /orders/<code>/tickets/<uuid:ticket_id>/holder?holder=Eve 404 303 404 404 404 404 404 404
POST /orders/<code>/tickets/<uuid:ticket_id>/give-back  404 303 404 404 404 404 404 404
POST /orders/<code>/tickets/<uuid:ticket_id>/keep       404 303 404 404 404 404 404 404
GET  /orders/<code>/answers                             404 200 404 404 404 404 404 404
POST /orders/<code>/answers                             404 303 404 404 404 404 404 404
GET  /orders/requests/new/<uuid:type_id>                404
POST /orders/requests/new/<uuid:type_id>                404
GET  /orders/requests/<uuid:request_id>                 404
POST /orders/requests/<uuid:request_id>/withdraw        404
GET  /orders/<code>/tickets                             404 200 404 404 404 404 404 404
GET  /orders/<code>/tickets.pdf                         404 200 404 404 404 404 404 404
GET  /orders/<code>/tickets.ics                         404 200 404 404 404 404 404 404
GET  /live/orders/<code>                                404 200 404 404 404 404 404 404
GET  /live/dates/<uuid:date_id>                         200
GET  /tickets/<secret>                                  200
GET  /tickets/<secret>/ticket.pdf                       200
GET  /tickets/<secret>/strip.svg                        200

GET  /pay/<uuid:payment_id>                             303
POST /webhooks/sandbox                                  400
POST /webhooks/mail                                     400
GET  /news/<news_key>                                   200
POST /news/<news_key>                                   303
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
