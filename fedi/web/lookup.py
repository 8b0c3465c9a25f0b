"""Finding what lies elsewhere: `@name@host` or an address; and what other servers and pages hand over."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import addresses, featured_collections
from fedi.actions.addresses import Found
from fedi.actions.reading import post as readable
from fedi.activitypub import discovery
from fedi.errors import FediError, NotFound
from fedi.i18n import marked
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.outbound import resolver
from fedi.store import actors, names
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled
from fedi.web.visit import count_news, read, see_other, teachers, words

MAX_QUERY = 2048
MOST_PEOPLE = 20
NOT_FOUND = marked(
    "Nothing was found. Check the spelling: @name@their.school or a whole address. Or try later: their server may not "
    "answer just now."
)


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/lookup?q=`: leads to the person, post or collection of an address, and shows the people of a name."""
    query = request.query_params.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
    form = filled(q=query)
    address = _address(query, request.state.instance.school.scheme)
    if discovery.parse_resource(address) is None:
        return await _named(request, me, query, form)
    path = await _find(request, me, address, form)
    if path is not None:
        return see_other(path)
    await count_news(request)
    return render.page(request, "pages/lookup.html", form=form, people=[])


def _address(query: str, scheme: str) -> str:
    """What was typed, as an address if it is one that only lacks its beginning: browsers do not show it."""
    host, slash, _rest = query.partition("/")
    is_bare = slash and "." in host and "://" not in query and " " not in query
    return f"{scheme}://{query}" if is_bare else query


async def _named(request: Request, me: SignedIn, query: str, form: Form) -> Response:
    """The people known here with words in their names that begin like what was typed."""
    found = await read(request, _people, me.actor, query)
    if query and not found:
        _ = words(request)
        form.fail(
            "q", _("Nobody known here has such a name. Write the whole address of somebody new: @name@their.school.")
        )
    return render.page(request, "pages/lookup.html", form=form, people=found)


async def _people(tx: Transaction, me: Actor, query: str) -> list[Actor]:
    typed = names.typed(query)
    found = await names.find(tx, me, typed, MOST_PEOPLE) if typed else []
    known = await actors.by_ids(tx, found)
    return [known[each] for each in found]


async def _find(request: Request, me: SignedIn, query: str, form: Form) -> str | None:
    """Where what was looked for is shown here; the form says why not. No stranger can make us ask other servers."""
    try:
        found = await read(request, addresses.ours, me.actor, query) or await resolver.lookup(
            request.state.instance, request.state.client, query
        )
        path = await _path(request, me, found) if found is not None else None
    except NotFound:
        # What is not for her eyes answers as what is not there.
        path = None
    except FediError:
        _ = words(request)
        form.fail("q", _("That server did not answer, or answered in a way we do not understand."))
        return None
    if path is None:
        _ = words(request)
        form.fail("q", _(NOT_FOUND))
    return path


async def _path(request: Request, me: SignedIn, found: Found) -> str:
    if isinstance(found, Actor):
        return render.profile_path(found)
    if isinstance(found, FeaturedCollection):
        return f"/collections/{(await read(request, featured_collections.seen, me.actor, found.id)).id}"
    view = await read(request, readable, me.actor, found.id)
    return render.post_path(view.post, view.author)


@teachers
async def authorize_interaction(request: Request, _me: SignedIn) -> Response:
    """`/authorize_interaction?uri=`: where other servers send our teachers who clicked "follow" there."""
    uri = request.query_params.get("uri", "").removeprefix("acct:")
    return see_other("/lookup?" + urlencode({"q": f"@{uri}" if "@" in uri and "/" not in uri else uri}))


@teachers
async def share(request: Request, _me: SignedIn) -> Response:
    """`/share?text=&url=`: other pages hand over what to write about."""
    parts = [request.query_params.get(name, "") for name in ("title", "text", "url")]
    return see_other("/compose?" + urlencode({"text": "\n".join(part for part in parts if part)}))
