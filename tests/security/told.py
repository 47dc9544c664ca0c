# ruff: noqa: E501  # a table reads in columns
# budget: one row for each thing that staff do
"""What each thing that staff do writes into the history; their own account has tests/webapp/accounts.

Columns: the address with what is sent; the lines that it writes, each as `both` (what was and what is), `made`
(there was nothing before) or `gone` (there is nothing after) with how it begins; or `none` and why. `?` rows
with a name in brackets are prepared by the function of that name in `prepared`.
"""

TABLE = """
/staff/new?key=<fresh_id>&name=Tent&email=tent@example.org&currency=EUR | made Organizer made
/staff/<organizer>/organizer?name=Marquee+House&email=house@example.org | both Organizer changed
/staff/<organizer>/team?email=new@example.org&role=door | made Invited
/staff/<organizer>/team?email=lena@example.org&role=manager | both Invited
/staff/<organizer>/team/<uuid:user_id>/role?role=manager | both Role changed
/staff/<organizer>/team/<uuid:user_id>/remove | both Left the team
/staff/<organizer>/team/second-factor?required=yes (own_factor) | both Second factor required
/staff/<organizer>/team/<uuid:user_id>/second-factor/reset (their_factor) | both Second factor reset + both Second factor reset
/staff/<organizer>/team/events?user_id=<user_id>&event_id=<event_id>&role=finance | made Role at an event given
/staff/<organizer>/team/invitations/<uuid:invitation_id>/resend (yesterday) | both Invitation sent again
/staff/<organizer>/team/invitations/<uuid:invitation_id>/withdraw | both Invitation withdrawn

/staff/<organizer>/todos/aside?key=review&until=<in_a_week>&note=Later (in_review) | both To-do put aside
/staff/<organizer>/todos/again?key=review (aside) | both To-do taken up again

/staff/<organizer>/events/new?id=<fresh_id>&title=A+talk&category=talk | made Event made
/staff/<organizer>/events/<uuid:event_id>?id=<event_id>&title=A+talk&category=talk | both Facts changed
/staff/<organizer>/events/<uuid:event_id>/publish (draft) | both Published
/staff/<organizer>/events/<uuid:event_id>/unpublish (unsold) | both Taken back to draft
/staff/<organizer>/events/<uuid:event_id>/publish-at?at=<next_week_at_ten> (draft) | both Publishing planned
/staff/<organizer>/events/<uuid:event_id>/delete (untouched) | both Deleted
/staff/<organizer>/events/<uuid:event_id>/restore (in_the_bin) | both Taken out of the bin
/staff/<organizer>/events/<uuid:event_id>/cancel?typed=Night+of+the+Lamps | both Event cancelled
/staff/<organizer>/events/<uuid:event_id>/picture (pictured) | both Picture taken away
/staff/<organizer>/events/<uuid:event_id>/questions?id=<fresh_id>&label=Why&kind=text | made Question saved
/staff/<organizer>/events/<uuid:event_id>/questions?id=<question_id>&label=Why&kind=text | both Question saved
/staff/<organizer>/events/<uuid:event_id>/questions/<uuid:question_id>/remove | gone Question removed
/staff/<organizer>/events/<uuid:event_id>/answers?hours=48 | both Time to change answers set
/staff/<organizer>/events/<uuid:event_id>/donation?words=For+the+choir | both Donation asked for
/staff/<organizer>/events/<uuid:event_id>/dates?id=<fresh_id>&venue_id=<venue_id>&starts_at=2027-06-01T20:00&ends_at=2027-06-01T22:00 | made Date added
/staff/<organizer>/events/<uuid:event_id>/dates/change?go=change&date=<date_id>&step=paused | both Date changed with others + made Many dates changed
/staff/<organizer>/events/<uuid:event_id>/series?go=make&id=<fresh_id>&venue_id=<venue_id>&like=<date_id>&every=week&first=2027-03-02&begins=20:00&ends=22:30&number=1&day=2027-03-02 | both Series made
/staff/<organizer>/series/<uuid:series_id>?go=change&venue_id=<venue_id>&every=week&interval=2&first=2027-03-02&begins=20:00&ends=22:30&until=2027-03-23 (tuesdays) | made Series changed
/staff/<organizer>/series/<uuid:series_id>/more?number=2&ends=2027-03-23 (tuesdays) | both Series made longer
/staff/<organizer>/events/<uuid:event_id>/clone?go=copy&id=<fresh_id>&title=Another&date=<date_id>&first=2027-09-01 | made Event made + made Copied from another event
/staff/<organizer>/dates/<uuid:date_id>/leave-out (tuesdays) | gone Date taken away
/staff/<organizer>/dates/<uuid:date_id>?id=<date_id>&venue_id=<venue_id>&starts_at=2027-06-01T20:00&ends_at=2027-06-01T22:00&typed=Night+of+the+Lamps&message=Later | both Date changed
/staff/<organizer>/dates/<uuid:date_id>/sale?step=paused | both Sale paused
/staff/<organizer>/dates/<uuid:date_id>/cancel?typed=Night+of+the+Lamps | both Date cancelled
/staff/<organizer>/dates/<uuid:date_id>/pools?id=<fresh_id>&name=Balcony&capacity=50 | made Pool added
/staff/<organizer>/dates/<uuid:date_id>/pools?id=<pool_id>&name=Balcony&capacity=5000 | both Pool changed
/staff/<organizer>/dates/<uuid:date_id>/reserves?pool_id=<pool_id>&voucher_id=<voucher_id>&places=5 | both Places of
/staff/<organizer>/dates/<uuid:date_id>/reserves/<uuid:reserve_id>/release (kept) | both Released
/staff/<organizer>/dates/<uuid:date_id>/types?id=<fresh_id>&pool_id=<pool_id>&name=Seat&price=10 | made Ticket type added
/staff/<organizer>/dates/<uuid:date_id>/types?id=<type_id>&pool_id=<pool_id>&name=Seat&price=11 | both Ticket type changed
/staff/<organizer>/dates/<uuid:date_id>/types/<uuid:type_id>/withdraw | both Ticket type withdrawn
/staff/<organizer>/dates/<uuid:date_id>/types/<uuid:type_id>/offer (withdrawn) | both Ticket type offered again
/staff/<organizer>/types/<uuid:type_id>/steps?id=<fresh_id>&price=10&most=5 | made Price step added
/staff/<organizer>/types/<uuid:type_id>/steps?id=<step_id>&price=10&most=5 (stepped) | both Price step changed
/staff/<organizer>/types/<uuid:type_id>/steps/<uuid:step_id>/remove (stepped) | gone Price step removed
/staff/<organizer>/types/<uuid:type_id>/ways?group_from=10&group_price=9 | both Way of selling changed
/staff/<organizer>/venues?id=<fresh_id>&name=Hall&city=Lisbon&country=PT&zone=Europe/Lisbon | made Venue saved
/staff/<organizer>/venues?id=<venue_id>&name=Hall&city=Lisbon&country=PT&zone=Europe/Lisbon | both Venue saved + both Venue changed
/staff/<organizer>/vouchers?id=<fresh_id>&code=SPRING&kind=percent&value=10 | made Voucher saved
/staff/<organizer>/vouchers?id=<voucher_id>&code=SPRING&kind=percent&value=20 | both Voucher saved
/staff/<organizer>/vouchers/batches?id=<fresh_id>&code=SPRING&kind=percent&value=10&number=2 | made Batch of codes made
/staff/<organizer>/vouchers/<uuid:voucher_id>/withdraw | both Code withdrawn

/staff/<organizer>/plans?venue_id=<venue_id>&name=Loft (hall) | made Seat plan begun
/staff/<organizer>/plans/drawings?venue_id=<venue_id>&name=Loft | made Seat plan begun
/staff/<organizer>/plans/<uuid:plan_id>/draw | made Seat plan opened for drawing
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/sections?version=1&name=Circle&level=Circle&rows=2&seats=4 | both Seat plan drawn
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/steps?version=2&do=copy&section=Stalls (drawn) | both Seat plan drawn
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/stage?version=1&label=Stage&x=0&y=0&width=500&height=200 | both Seat plan drawn
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/labels?version=1&text=Bar&x=0&y=0 | both Seat plan drawn
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/file?version=1 (hall) | both Seat plan drawn
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/undo?version=2 (drawn) | both Step of a seat plan taken back
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/make?version=2 (drawn) | made Seat plan added
/staff/<organizer>/plans/drawings/<uuid:drawing_id>/discard | gone Drawing of a seat plan thrown away
/staff/<organizer>/dates/<uuid:date_id>/seats/plan?plan_id=<plan_id>&price-<level_id>=40&pool-<level_id>=Stalls (levels) | both Seat plan attached
/staff/<organizer>/dates/<uuid:date_id>/seats/plan/remove (free_seats) | both Seat plan taken off
/staff/<organizer>/dates/<uuid:date_id>/seats/blocks?name=Press&seats=Stalls+A+1-2 (seated) | both Seats held back
/staff/<organizer>/dates/<uuid:date_id>/seats/blocks/<uuid:block_id>/release (seated) | both Seats released

/staff/<organizer>/orders/<code>/resend?key=<fresh_id> | both Tickets sent again
/staff/<organizer>/orders/<code>/refund?ticket=<ticket_id>&reason=Ill | both Refunded
/staff/<organizer>/orders/<code>/refund-donation (donated) | both Donation refunded
/staff/<organizer>/counter/<uuid:date_id>?key=<nonce>&qty-<type_id>=1 (till) | none Places are held, as in any basket; what is sold of it is told
/staff/<organizer>/counter/pay/<uuid:hold_id>?means=cash (chosen) | made Order placed + both Paid + made Sold at the counter
/staff/<organizer>/counter/pay/<uuid:hold_id>/terms (chosen) | none The basket costs something else; what is sold of it is told
/staff/<organizer>/counter/pay/<uuid:hold_id>/seat?date=<date_id>&seat=<seat> (seat_chosen) | none Nothing was sold: a seat is given back
/staff/<organizer>/counter/pay/<uuid:hold_id>/release (chosen) | none Nothing was sold: a basket is given back
/staff/<organizer>/counter/tills?id=<fresh_id>&start=0 | made Till opened
/staff/<organizer>/counter/tills/<uuid:till_id>/close?counted=0 | both Till closed
/staff/<organizer>/counter/tills/<uuid:till_id>/move?id=<fresh_id>&amount=1&way=in&reason=Change | both Cash put into the till
/staff/<organizer>/counter/refunds/<uuid:refund_id> (to_pay_out) | both Refund arrived + both Paid out in cash
/staff/<organizer>/dates/<uuid:date_id>/guests?id=<fresh_id>&ticket_type_id=<type_id>&lines=Ana | made Order placed + both Booked, free + made Put on the guest list
/staff/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>?name=Anna (listed) | both Guest list entry changed
/staff/<organizer>/dates/<uuid:date_id>/guests/<uuid:entry_id>/remove (listed) | both Tickets made void
/staff/<organizer>/requests?answer=approve&request=<request_id> | made Order placed + both Request approved
/staff/<organizer>/requests?answer=decline&request=<request_id> | both Request declined

/staff/<organizer>/rooms?scope=<event_id>/<date_id> | made Waiting room added
/staff/<organizer>/rooms/<uuid:room_id>?mode=off | both Waiting room changed
/staff/<organizer>/rooms/<uuid:room_id>/dial?per_minute=50&most_inside=100 | both Waiting room dialled
/staff/<organizer>/rooms/<uuid:room_id>/steer?step=pause | both Waiting room paused
/staff/<organizer>/rooms/<uuid:room_id>/rehearsals?id=<fresh_id>&visitors=10 | made Sale rehearsed
/staff/<organizer>/events/<uuid:event_id>/waitlist/<uuid:entry_id>/offer (waiter) | both Offered by hand
/staff/<organizer>/events/<uuid:event_id>/waitlist/<uuid:entry_id>/remove?typed=Lena+Lund (waiter) | both Taken off the waiting list

/staff/<organizer>/messages?id=<fresh_id>&subject=Doors&body=Hello&who=guests&event=<event_id>&states=paid | made Message written
/staff/<organizer>/messages?id=<message_id>&subject=Doors&body=Hello&who=guests&event=<event_id>&states=paid | both Message changed
/staff/<organizer>/messages/<uuid:message_id>/test?key=<fresh_id> | both Test mail asked for
/staff/<organizer>/messages/<uuid:message_id>/send | both Message to be sent
/staff/<organizer>/messages/<uuid:message_id>/stop (scheduled) | both Message taken back
/staff/<organizer>/messages/<uuid:message_id>/delete | both Message deleted
/staff/<organizer>/messages/bounces/<uuid:bounce_id>/clear | both Address cleared

/staff/<organizer>/imports?url=https://example.org/season.ics | made Looked into
/staff/<organizer>/imports/files/<uuid:draft_id>?zone=Europe/Lisbon (read) | both Corrected how
/staff/<organizer>/imports/files/<uuid:draft_id>/confirm?version=1 (read) | both Confirmed the import
/staff/<organizer>/imports/files/<uuid:draft_id>/throw-away (read) | both Threw
/staff/<organizer>/imports/files/<uuid:draft_id>/feed?mode=ask (read) | made Keeps
/staff/<organizer>/imports/<uuid:import_id>/undo (imported) | both Import of
/staff/<organizer>/imports/feeds/<uuid:feed_id>/mode?mode=apply | both Changed how the feed
/staff/<organizer>/imports/feeds/<uuid:feed_id>/pause | both Paused the feed
/staff/<organizer>/imports/feeds/<uuid:feed_id>/look | both Asked to look at the feed
/staff/<organizer>/imports/feeds/<uuid:feed_id>/forget | both Forgot the feed

/staff/<organizer>/reports/saved?id=<fresh_id>&name=Weekly&sheet=sales | made Report kept
/staff/<organizer>/reports/saved?id=<report_id>&name=Weekly&sheet=sales | both Report changed
/staff/<organizer>/reports/saved/<uuid:report_id>/delete | gone Report deleted
/staff/<organizer>/door/<uuid:date_id>?code=<secret>&gate=Gate&nonce=<nonce> | none Each passing is a line of the door's own record, which nobody changes either
/staff/<organizer>/door/<uuid:date_id>/undo/<uuid:ticket_id>?gate=Gate&nonce=<nonce> (inside) | none Each passing is a line of the door's own record, which nobody changes either

/staff/background/<uuid:delivery_id>/retry | both Dead letter retried
/staff/background/<uuid:delivery_id>/drop | both Dead letter dropped
/staff/cluster/jobs/<name>/promote | away
/staff/cluster/jobs/<name>/fail | away
/staff/cluster/jobs/<name>/revert | away
/staff/cluster/jobs/<name>/scale | away
/staff/cluster/zones/<name>/drain | away
/staff/cluster/zones/<name>/open | away
"""


def rows() -> list[tuple[str, str, str, str]]:
    """(rule, form, preparation, told) of each line."""
    found = []
    for line in filter(None, map(str.strip, TABLE.splitlines())):
        address, _, told = line.partition(" | ")
        address, _, preparation = address.partition(" (")
        rule, _, form = address.partition("?")
        found.append((rule.strip(), form.strip(), preparation.rstrip(") "), told.strip()))
    return found


# What operators type; the same columns.
COMMANDS = """
operators add <email> | both Made an operator
operators remove <email> (operating) | both No operator any more
operators reset-second-factor <email> (their_factor) | both Second factor reset + both Second factor reset
import files <folder>/season.ics --organizer <organizer> | made Event imported + made Imported
import undo <import_id> (imported) | both Import of
plan import <folder>/loft.csv --organizer <organizer> --venue <venue_id> | made Seat plan added
plan generate --seats 40 --organizer <organizer> --venue <venue_id> | made Seat plan added
rehearse <slug> --visitors 2 | made Sale rehearsed

cluster deploy | away
cluster drain | away
cluster promote | away
cluster revert | away
cluster scale | away
cluster status | none It looks
demo accounts | none It looks
demo load | none It makes up a season with its own history, for nobody's house
export | none It looks
import list | none It looks
migrate | none It changes the shape of the tables, which the release tells
plan check | none It looks
plan export | none It looks
plan list | none It looks
room static | none It writes a file for the proxy
verify | none It looks
"""


def commands() -> list[tuple[str, str, str]]:
    """(what is typed, preparation, told) of each line."""
    found = []
    for line in filter(None, map(str.strip, COMMANDS.splitlines())):
        typed, _, told = line.partition(" | ")
        typed, _, preparation = typed.partition(" (")
        found.append((typed, preparation.rstrip(")"), told))
    return found
