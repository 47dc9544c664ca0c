import asyncio

from bench.listeners import Listener
from bench.live import delays


def listener() -> Listener:
    return Listener(b"", b"event: availability\n", asyncio.new_event_loop().create_future())


def test_a_change_is_shown_by_the_first_message_after_it() -> None:
    assert delays([1.0, 2.0], [0.5, 1.25, 2.5]) == [0.25, 0.5]


def test_two_changes_may_be_shown_by_one_message() -> None:
    assert delays([1.0, 1.5], [2.0]) == [1.0, 0.5]


def test_a_change_that_no_message_follows_was_not_shown() -> None:
    assert delays([1.0, 3.0], [2.0]) == [1.0]


def test_a_message_cut_in_two_by_the_network_is_heard_once() -> None:
    one = listener()
    for piece in (
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"event: avail",
        b"ability\ndata: <p>\n\n",
        b": still here\n\n",
    ):
        one.data_received(piece)
    assert len(one.heard) == 1


def test_a_refused_stream_says_how_it_was_refused() -> None:
    one = listener()
    one.data_received(b"HTTP/1.1 503 SERVICE UNAVAILABLE\r\n\r\n")
    assert one.broken == "HTTP/1.1 503 SERVICE UNAVAILABLE"
