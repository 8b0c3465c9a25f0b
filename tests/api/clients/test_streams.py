"""Streams as real clients hear them: the WebSocket of masto.js, and the events of Mastodon.py."""

import queue
from collections.abc import Callable
from typing import Any

import mastodon
import pytest
from mastodon import StreamListener

from tests.api.clients.conftest import Live, program, said, signed_in

PATIENCE_S = 20


class Heard(StreamListener):
    """Everything one stream tells, and its first sign of life."""

    def __init__(self) -> None:
        self.told: queue.Queue[tuple[str, Any]] = queue.Queue()

    def handle_heartbeat(self) -> None:
        self.told.put(("heartbeat", None))

    def on_any_event(self, name: str, data: Any = None, for_stream: str | None = None) -> None:
        self.told.put((name, data))

    def on_websocket_error(self, error: Exception, for_stream: Any = None) -> None:
        self.told.put(("error", error))

    def next(self) -> tuple[str, Any]:
        return self.told.get(timeout=PATIENCE_S)


def listening(stream: Callable[..., Any], **options: Any) -> tuple[Heard, Any]:
    heard = Heard()
    handle = stream(listener=heard, run_async=True, **options)
    assert heard.next() == ("heartbeat", None)
    return heard, handle


def until(heard: Heard, name: str, id_: object = None) -> Any:
    """What comes with the first event of this name, about the post with this id if one is given."""
    while True:
        told, data = heard.next()
        if told == name and id_ in (None, getattr(data, "id", None)):
            return data


def hang_up(client: Any, *handles: Any) -> None:
    """Sign out, which ends the streams: Mastodon.py's own `close` waits for the next sign of life."""
    client.revoke_access_token(allow_http=True)
    for each in handles:
        each.join(PATIENCE_S)
        assert not each.is_alive()


def test_a_web_client_hears_what_happens_on_one_socket(live: Live) -> None:
    tokens = [signed_in(live, name).access_token for name in ("aigul", "bolat")]

    with program("masto_streams.mjs", live.base, *tokens) as running:
        found = said(running)

    everything = ["update", "status.update", "delete"]
    assert found == {
        "hashtag": everything,
        "local": everything,
        "user": ["update", "status.update", "notification", "delete"],
        "other": everything,
        "notification": ["notification"],
        "favourite": "favourite",
    }


def test_a_script_hears_homes_tags_lists_and_the_school(live: Live) -> None:
    aigul, bolat = signed_in(live, "aigul"), signed_in(live, "bolat")
    aigul.account_follow(bolat.me())
    made = aigul.list_create("Colleagues")
    aigul.list_accounts_add(made, [bolat.me()])
    assert aigul.stream_healthy()
    opened = [
        listening(aigul.stream_user),
        listening(aigul.stream_public, local=True),
        listening(aigul.stream_local),
        listening(aigul.stream_public),
        listening(aigul.stream_hashtag, tag="scripts"),
        listening(aigul.stream_hashtag, tag="scripts", local=True),
        listening(aigul.stream_list, id=made.id),
    ]

    post = bolat.status_post("Salem #scripts", visibility="public")

    for heard, _ in opened:
        name, status = heard.next()
        assert (name, status.id) == ("update", post.id)
    bolat.status_delete(post)
    for heard, _ in opened:
        assert heard.next()[0] == "delete"
    hang_up(aigul, *(handle for _, handle in opened))


def test_a_script_hears_several_streams_on_one_socket(live: Live) -> None:
    aigul, bolat = signed_in(live, "aigul"), signed_in(live, "bolat")
    socket = aigul.stream_open_websocket(Heard())
    heard = {name: Heard() for name in ("user", "local", "tag")}
    opened = [
        aigul.stream_user(heard["user"], websocket_handle=socket),
        aigul.stream_local(heard["local"], websocket_handle=socket),
        aigul.stream_hashtag("sockets", heard["tag"], websocket_handle=socket),
    ]
    # A subscription is not answered: posts are published until each stream has heard one.
    while any(each.told.empty() for each in heard.values()):
        aigul.status_post("Is anybody there? #sockets", visibility="public")
    opened[1].close()

    post = aigul.status_post("Salem #sockets", visibility="public")
    bolat.status_favourite(post)

    until(heard["tag"], "update", post.id)
    until(heard["user"], "update", post.id)
    assert heard["user"].next()[0] == "notification"
    socket.subscribe("nothing", Heard())
    # What belongs to no subscription, too: nothing more of the one that was ended.
    told = [socket.listener.next()]
    while told[-1][0] != "error":
        told.append(socket.listener.next())
    assert "Unknown stream type" in str(told[-1][1])
    assert post.id not in [getattr(data, "id", None) for _, data in told]
    socket.close()


def test_a_script_hears_messages(live: Live) -> None:
    aigul, bolat = signed_in(live, "aigul"), signed_in(live, "bolat")
    heard, handle = listening(aigul.stream_direct)

    message = bolat.status_post("@aigul Have you got the microscopes?", visibility="direct")

    name, conversation = heard.next()
    assert (name, conversation.last_status.id, conversation.unread) == ("conversation", message.id, True)
    hang_up(aigul, handle)


def test_a_script_hears_notifications_and_changes(live: Live) -> None:
    aigul, bolat = signed_in(live, "aigul"), signed_in(live, "bolat")
    post = aigul.status_post("Salem", visibility="public")
    heard, handle = listening(aigul.stream_user_notifications)

    bolat.status_favourite(post)

    name, told = heard.next()
    assert (name, told.type, told.status.id) == ("notification", "favourite", post.id)
    hang_up(aigul, handle)


def test_a_script_that_is_signed_out_hears_no_more(live: Live) -> None:
    aigul = signed_in(live, "aigul")
    heard, handle = listening(aigul.stream_user)

    hang_up(aigul, handle)

    assert heard.told.empty()
    with pytest.raises(mastodon.MastodonNetworkError):
        aigul.stream_user(heard)
