"""Following us from elsewhere: where the server of a visitor asks her whether she wants to follow somebody."""

from __future__ import annotations

from urllib.parse import quote

from fedi.activitypub import content_types, discovery, jsonld, uris
from fedi.activitypub.discovery import Account
from fedi.activitypub.jsonld import Json
from fedi.errors import Malformed, NotFound
from fedi.instances import Instance
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Fetches

_RELATION = "http://ostatus.org/schema/1.0/subscribe"
_PLACE = "{uri}"
_JRD_TYPES = frozenset({content_types.JRD, content_types.JSON})


async def address(instance: Instance, client: Fetches, visitor: str, uri: str) -> str:
    """Where `visitor` (`@you@your.server`) confirms that she wants to follow the actor `uri`; NotFound if nowhere."""
    account = discovery.parse_resource(visitor.strip().lstrip("@"))
    if not isinstance(account, Account):
        raise NotFound("That is not the address of a person")
    development = instance.school.development
    scheme = instance.school.scheme_of(account.domain)
    accepted = f"{content_types.JRD}, {content_types.JSON}"
    try:
        answer = await client.get_json(discovery.webfinger_url(account, scheme), accepted, _JRD_TYPES)
    except (FetchFailed, Malformed) as error:
        raise NotFound(f"{account.domain} does not know {account.username}") from error
    template = _template(answer.json)
    if not uris.is_fetchable(template.replace(_PLACE, ""), development=development):
        raise NotFound(f"{account.domain} has no page for following others")
    return template.replace(_PLACE, quote(uri, safe=""))


def _template(document: Json) -> str:
    links = jsonld.objects(document.get("links"))
    found = (jsonld.text(link, "template") for link in links if link.get("rel") == _RELATION)
    return next((template for template in found if _PLACE in template), "")
