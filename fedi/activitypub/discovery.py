"""WebFinger, host-meta and NodeInfo: how servers find each other's people, both ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import quoteattr

from fedi.activitypub import content_types, jsonld, uris
from fedi.activitypub.contexts import AS2
from fedi.activitypub.jsonld import Json
from fedi.activitypub.objects import file_url
from fedi.errors import Malformed
from fedi.models.actors import Actor, ActorKind
from fedi.models.files import File
from fedi.models.usage import Usage

NODEINFO_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
NODEINFO_VERSIONS = ("2.0", "2.1")
MASTODON = "4.6.0"
"""The version of Mastodon whose API a school speaks to programs."""

_NODEINFO_READ = ("1.0", "1.1", "2.0", "2.1", "2.2")
_MAX_SOFTWARE = 100
_PROFILE = re.compile(r"/(?:@|users/)([^/]+)")
_PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
_SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
_AVATAR = "http://webfinger.net/rel/avatar"
_INTENT = "https://w3id.org/fep/3b86/"
_SELF = "self"
_SERVER_ACTOR = f"{AS2}#Service"
_APPLICATION = f"{AS2}#Application"


@dataclass(frozen=True, slots=True)
class Account:
    """A `user@domain` that somebody asks for."""

    username: str
    domain: str

    @property
    def acct(self) -> str:
        return f"acct:{self.username}@{self.domain}"


def parse_resource(resource: str) -> Account | str | None:
    """What a WebFinger `resource` names: an account (`acct:` optional, an @ before it too), an http(s) address in its
    one spelling, or nothing.
    """
    if is_address(resource):
        try:
            return uris.normalise(resource)
        except uris.BadUri:
            return None
    username, at, domain = unquote(resource).removeprefix("acct:").lstrip("@").rpartition("@")
    if not at or not username or len(username) > 200:
        return None
    try:
        return Account(username, uris.canonical_host(domain))
    except uris.BadUri:
        return None


def is_address(typed: str) -> bool:
    """Whether somebody means an address by this, however odd; schemes and hosts may be in capitals."""
    return typed[:8].lower().startswith(("https://", "http://"))


def profile_name(address: str, base: str) -> str | None:
    """The name in one of our profile addresses: `/@name`, or `/users/name` as Mastodon has it."""
    found = _PROFILE.fullmatch(urlsplit(address).path) if uris.same_origin(address, base) else None
    return unquote(found[1]) if found else None


def webfinger_url(account: Account, scheme: str) -> str:
    """Where a domain is asked for one of its accounts."""
    return f"{scheme}://{account.domain}/.well-known/webfinger?resource={quote(account.acct, safe='@')}"


def webfinger(actor: Actor, base: str, avatar: File | None = None) -> Json:
    """The JRD (RFC 7033) of one of ours, with her picture. The school's is found by the server's address as well
    (FEP-d556).
    """
    links: list[Json] = [
        {"rel": _SELF, "type": content_types.ACTIVITY, "href": actor.uri},
        {"rel": _PROFILE_PAGE, "type": "text/html", "href": actor.url},
    ]
    if avatar is not None:
        links.append({"rel": _AVATAR, "type": avatar.media_type, "href": file_url(avatar, base)})
    if actor.kind is not ActorKind.APPLICATION:
        links += _intents(base)
    else:
        links.append({"rel": _SERVER_ACTOR, "type": content_types.ACTIVITY, "href": actor.uri})
    return {"subject": f"acct:{actor.handle}", "aliases": [actor.url, actor.uri], "links": links}


def _intents(base: str) -> list[Json]:
    """Where pages elsewhere send our people with what they want to follow, look at or write (FEP-3b86)."""
    interact, write = f"{base}/authorize_interaction?uri=", f"{base}/share?text="
    templates = {
        _SUBSCRIBE: f"{interact}{{uri}}",
        f"{_INTENT}Follow": f"{interact}{{object}}",
        f"{_INTENT}Object": f"{interact}{{object}}",
        f"{_INTENT}Create": f"{write}{{content}}",
    }
    return [{"rel": rel, "template": template} for rel, template in templates.items()]


def read_webfinger(document: Json) -> tuple[Account | None, str | None]:
    """The account a JRD is about, and the actor it points to."""
    subject = parse_resource(jsonld.text(document, "subject"))
    actor = next((link for each in jsonld.objects(document.get("links")) if (link := _actor_link(each))), None)
    return (subject if isinstance(subject, Account) else None), actor


def _actor_link(link: Json) -> str | None:
    is_actor = link.get("rel") == _SELF and content_types.is_activity(jsonld.text(link, "type"))
    return jsonld.address(link.get("href")) if is_actor else None


def host_meta(base: str) -> str:
    """RFC 6415 as XRD."""
    template = quoteattr(f"{base}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{content_types.JRD}" template={template}/>\n'
        "</XRD>\n"
    )


def host_meta_json(base: str) -> Json:
    """The same as JRD."""
    template = f"{base}/.well-known/webfinger?resource={{uri}}"
    return {"links": [{"rel": "lrdd", "type": content_types.JRD, "template": template}]}


def nodeinfo_links(base: str) -> Json:
    """Which versions of NodeInfo there are, and the server's own actor (FEP-2677)."""
    versions = [
        {"rel": f"{NODEINFO_SCHEMA}{version}", "href": f"{base}/nodeinfo/{version}"} for version in NODEINFO_VERSIONS
    ]
    return {"links": [*versions, {"rel": _APPLICATION, "href": f"{base}/actor"}]}


def server_actor(document: Json, base: str) -> str | None:
    """The server's own actor as its NodeInfo or the WebFinger of its address names it (FEP-2677, FEP-d556).

    A WebFinger answer may call it `self` where there is no other. Only an actor on the server itself counts.
    """
    for rel in (_APPLICATION, _SERVER_ACTOR, _SELF):
        for link in jsonld.objects(document.get("links")):
            href = jsonld.address(link.get("href"))
            if link.get("rel") == rel and href and uris.same_origin(href, base):
                return href
    return None


def nodeinfo_address(links: Json) -> str | None:
    """Where another server tells what it runs, in the newest version of NodeInfo we read."""
    offered = {
        jsonld.text(link, "rel"): jsonld.address(link.get("href")) for link in jsonld.objects(links.get("links"))
    }
    found = (offered.get(f"{NODEINFO_SCHEMA}{version}") for version in sorted(_NODEINFO_READ, reverse=True))
    return next((address for address in found if address), None)


def software_of(nodeinfo: Json) -> tuple[str, str]:
    """The name and the version of what another server says it runs; Malformed if it gives no name."""
    software = nodeinfo.get("software")
    told = software if isinstance(software, dict) else {}
    name, version = (jsonld.text(told, field)[:_MAX_SOFTWARE] for field in ("name", "version"))
    if not name:
        raise Malformed("its NodeInfo names no software")
    return name, version


def nodeinfo(version: str, software: str, name: str, description: str, usage: Usage) -> Json:
    """NodeInfo of our school; `software` is the version of fedi."""
    document: Json = {
        "version": version,
        "software": {"name": "fedi", "version": software},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        # Accounts are opened by invitation or not at all, but at instances made for tests.
        "openRegistrations": False,
        "usage": {
            "users": {
                "total": usage.people,
                "activeMonth": usage.active_month,
                "activeHalfyear": usage.active_half_year,
            },
            "localPosts": usage.posts,
        },
        "metadata": {
            "nodeName": name,
            "nodeDescription": description,
            # Programs on megalodon (Whalebird, Fedistar) know servers by the name of their software, and of a name they
            # do not know they ask whose API it speaks.
            "upstream": {"name": "Mastodon", "version": MASTODON},
        },
    }
    return document
