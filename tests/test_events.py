"""The hub: who listens to a topic hears of it, until it stops listening."""

from __future__ import annotations

from fedi.events import Hub


def test_listeners_hear_their_topic_only() -> None:
    hub, heard = Hub(), list[int | str]()
    hub.subscribe("posts", heard.append)
    hub.publish("posts", 1)
    hub.publish("jobs", 2)
    assert heard == [1]


def test_who_stops_listening_hears_no_more() -> None:
    hub, heard = Hub(), list[int | str]()
    stop = hub.subscribe("posts", heard.append)
    stop()
    stop()
    hub.publish("posts", 1)
    assert heard == []


def test_a_listener_may_stop_while_it_is_told() -> None:
    hub, heard = Hub(), list[int | str]()

    def once(ref: int | str) -> None:
        heard.append(ref)
        stop()

    stop = hub.subscribe("posts", once)
    hub.subscribe("posts", heard.append)
    hub.publish("posts", 1)
    hub.publish("posts", 2)
    assert heard == [1, 1, 2]
