"""A server on bovine-herd, as its README has one started; the Python of `.venv-peers` runs it, with nothing of ours.

It serves `https://NAME:<port>` with the certificate in CERTIFICATE, and on a second port of loopback does what it is
told and tells what it saw. Its first line on stdout names both ports as JSON. It ends with its stdin.
"""

import asyncio
import json
import os
import socket
import sqlite3
import sys
from pathlib import Path

NAME = os.environ["NAME"]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"

# It fetches each context of JSON-LD once and keeps it in this file: here they are given, since no test leaves home.
with sqlite3.connect("bovine_jsonld_cache.sqlite") as cache:
    cache.execute("CREATE TABLE jsonld (url TEXT PRIMARY KEY, context TEXT)")
    contexts = json.loads(Path(os.environ["CONTEXTS"]).read_text())
    rows = [(url, json.dumps(document["@context"])) for url, document in contexts.items()]
    cache.executemany("INSERT INTO jsonld VALUES (?, ?)", rows)

import aiohttp  # noqa: E402
import bovine.clients  # noqa: E402
from aiohttp import web  # noqa: E402
from bovine.crypto.helper import jcs_sha256, split_according_to_fep8b32  # noqa: E402
from bovine.crypto.types import CryptographicIdentifier  # noqa: E402
from bovine.utils import now_isoformat as now  # noqa: E402
from bovine_herd import BovineHerd  # noqa: E402
from bovine_process import handle_outbox_item, process_inbox_item, process_outbox_item  # noqa: E402
from bovine_process.types import ProcessingItem  # noqa: E402
from bovine_store import BovineAdminStore  # noqa: E402
from hypercorn.asyncio import serve  # noqa: E402
from hypercorn.config import Config  # noqa: E402
from quart import Quart, g, request  # noqa: E402

# No name server knows the hosts of tests.
getaddrinfo = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: getaddrinfo(
    "127.0.0.1" if str(host).endswith(".test") else host, *more, **named
)

front = socket.socket()
front.bind(("127.0.0.1", 0))
HOST = f"{NAME}:{front.getsockname()[1]}"

people: dict[str, object] = {}
locked: set[str] = set()
seen: list[dict] = []
knocks: list[dict] = []
made: dict[str, dict] = {}


# --- the server ---


async def taken_in(item, actor):
    """What the server does by itself with what comes in; and a Follow is answered, as every application adds it."""
    activity = dict(item.data)
    await process_inbox_item(item, actor)
    seen.append(activity)
    made[activity["id"]] = activity
    if activity["type"] == "Follow" and actor.actor_id not in locked:
        await sent(actor, plain(actor, "Accept", activity, [activity["actor"]]))


def plain(actor, type_, object_, to):
    context = "https://www.w3.org/ns/activitystreams"
    return {"@context": context, "type": type_, "actor": actor.actor_id, "object": object_, "to": to, "cc": []}


async def sent(actor, activity):
    item = await handle_outbox_item(ProcessingItem(actor.actor_id, activity), actor)
    made[item.data["id"]] = dict(item.data)
    await process_outbox_item(item, actor)
    return item.data


app = Quart(__name__)


@app.before_serving
async def connect():
    app.config["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=aiohttp.ThreadedResolver()))


async def in_background(item, actor):
    app.add_background_task(taken_in, item, actor)


BovineHerd(app, start_background_task_inbox=in_background, db_url="sqlite://bovine.sqlite3")


@app.after_request
async def note(response):
    if request.method == "POST":
        activity = await request.get_json()
        scheme = "rfc9421" if "signature-input" in request.headers else "cavage"
        knocks.append(
            {"id": activity["id"], "type": activity["type"], "http": g.get("retriever"), "scheme": scheme,
             "status": response.status_code}
        )  # fmt: skip
    return response


# --- what it is told to do ---


def view(document):
    """A document in the words that the tests of every peer use."""
    if not isinstance(document, dict):
        return document
    told = {
        f"{name}Id": value for name, value in document.items() if isinstance(value, str) and value.startswith("http")
    }
    told |= {f"{name}Ids": value if isinstance(value, list) else [value] for name, value in document.items()
             if name in ("to", "cc", "attributedTo")}  # fmt: skip
    told |= document
    inner = document.get("object")
    told["object"] = view(inner) if isinstance(inner, dict) else None
    told["objectId"] = inner["id"] if isinstance(inner, dict) and "id" in inner else inner
    told["replyTargetId"] = document.get("inReplyTo")
    told["exclusiveOptions"] = document.get("oneOf", [])
    return told


async def person(name, locked_=False, aliases=()):
    store = BovineAdminStore(domain=f"https://{HOST}")
    bovine_name = await store.register(name)
    await store.set_properties_for_actor(bovine_name, {"type": "Person", "name": name.title(), "alsoKnownAs": aliases})
    actor = people[name] = await app.config["bovine_store"].actor_for_name(bovine_name)
    if locked_:
        locked.add(actor.actor_id)
    return {"uri": actor.actor_id, "handle": f"@{name}@{HOST}"}


async def look(at, by=None):
    if by is None:
        async with app.config["session"].get(at, headers={"Accept": "application/activity+json"}) as answer:
            return view(await answer.json()) if answer.status == 200 else None
    if at.startswith("@"):
        at, _ = await bovine.clients.lookup_uri_with_webfinger(app.config["session"], f"acct:{at[1:]}")
    found = await people[by].get(at)
    return None if found.get("type") == "Tombstone" else view(found)


async def proof(at, by):
    """Whether the proof on a document holds, by the key that its author lists first.

    bovine's own `verify_document` calls the context of a proof by another name before it takes the hash; so its parts
    are put together here.
    """
    document = await people[by].get(at)
    author = await people[by].get(document["attributedTo"])
    identifier = CryptographicIdentifier.from_multikey(author["assertionMethod"][0])
    bare, _, signature = split_according_to_fep8b32(document)
    options = {name: value for name, value in document["proof"].items() if name != "proofValue"}
    return {
        "there": True,
        "holds": identifier.verify(jcs_sha256(options) + jcs_sha256(bare), signature) == author["id"],
    }


async def followers(by):
    actor = people[by]
    return sorted(await actor.resolve_endpoints({actor.actor_object.followers}))


async def say(by, to, target=None, **told):
    actor, type_, meant = people[by], told["type"], told["object"]
    recipients = [actor.actor_object.followers] if to == "followers" else to
    if isinstance(meant, dict):
        meant = note_of(actor, meant)
    elif type_ in ("Undo", "Accept", "Reject"):
        meant = made[meant]
    activity = plain(actor, type_, meant, [*recipients, PUBLIC])
    done = await sent(actor, activity | ({"target": target} if target else {}))
    inner = done["object"]
    return {"id": done["id"], "object": inner["id"] if isinstance(inner, dict) else inner}


def note_of(actor, told):
    tags = [{"type": "Mention", **each} for each in told.get("mentions", [])]
    tags += [{"type": "Hashtag", "name": f"#{each}"} for each in told.get("tags", [])]
    fields = {
        "type": told.get("kind", "Note"),
        "attributedTo": actor.actor_id,
        "to": [told.get("to", PUBLIC)],
        "cc": [actor.actor_object.followers],
        "content": told.get("content"),
        "name": told.get("name"),
        "summary": told.get("summary"),
        "inReplyTo": told.get("replyTo"),
        "tag": tags,
        "id": told.get("id"),
        "published": now(),
        "updated": now() if "id" in told else None,
        "oneOf": [{"type": "Note", "name": each} for each in told.get("options", [])],
    }
    return {name: value for name, value in fields.items() if value}


DO = {
    "person": lambda name, locked=False, aliases=(), **_: person(name, locked, aliases),
    "look": look,
    "followers": followers,
    "proof": proof,
    "say": say,
}


async def obey(message):
    told = await message.json()
    verb = told.pop("verb")
    if verb in ("seen", "knocks"):
        return web.json_response([view(each) for each in seen] if verb == "seen" else knocks)
    async with app.app_context():
        return web.json_response(await DO[verb](**told))


# --- sockets ---


async def main():
    config = Config()
    config.bind = [f"fd://{front.fileno()}"]
    config.certfile = config.keyfile = os.environ["CERTIFICATE"]
    ended = asyncio.Event()
    control = web.Application()
    control.router.add_post("/", obey)
    runner = web.AppRunner(control)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    asyncio.get_running_loop().run_in_executor(None, sys.stdin.read).add_done_callback(lambda _: ended.set())
    sys.stdout.write(json.dumps({"origin": f"https://{HOST}", "control": port}) + "\n")
    sys.stdout.flush()
    await serve(app, config, shutdown_trigger=ended.wait)
    await runner.cleanup()


asyncio.run(main())
