"""JSON-LD contexts, bundled: what our documents name, never fetched and never expanded.

Terms are those other servers already know (Mastodon's list and the FEPs); a reader that works with plain JSON sees
the short names only.
"""

from __future__ import annotations

from typing import Final

AS2: Final = "https://www.w3.org/ns/activitystreams"
SECURITY: Final = "https://w3id.org/security/v1"
DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v1"
MULTIKEY: Final = "https://w3id.org/security/multikey/v1"
NAMESPACE: Final = "https://purl.archive.org/fedi/ns#"
"""Ours, for the few things nobody else has a word for."""

PARTNER: Final = f"{NAMESPACE}partner"
"""The `relationship` of an agreement between two schools."""

_TOOT = "http://joinmastodon.org/ns#"
_QUOTES = "https://w3id.org/fep/044f#"
_FEATURED = "https://w3id.org/fep/7aa9#"
_GTS = "https://gotosocial.org/ns#"
_SET = {"@type": "@id", "@container": "@set"}

ACTOR: Final = [
    AS2,
    SECURITY,
    DATA_INTEGRITY,
    MULTIKEY,
    {
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        # None of the contexts above knows it outside of a proof: without this line JSON-LD readers find no such key.
        "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"},
        "toot": _TOOT,
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
        "featuredCollections": {"@id": f"{_FEATURED}featuredCollections", "@type": "@id"},
        "gts": _GTS,
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canFeature": {"@id": f"{_FEATURED}canFeature", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
        "searchableBy": {"@id": "http://fedibird.com/ns#searchableBy", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "suspended": "toot:suspended",
        "showMedia": "toot:showMedia",
        "showRepliesInMedia": "toot:showRepliesInMedia",
        "showFeatured": "toot:showFeatured",
        # Names of hosts, which are no addresses: as ids they would be read relative to the document.
        "attributionDomains": {"@id": "toot:attributionDomains", "@container": "@set"},
        "Emoji": "toot:Emoji",
        "Hashtag": "as:Hashtag",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": {"@id": "https://purl.archive.org/socialweb/webfinger#webfinger"},
        "fedi": NAMESPACE,
        "partners": {"@id": "fedi:partners", "@type": "@id"},
        "lemmy": "https://join-lemmy.org/ns#",
        "moderators": {"@id": "lemmy:moderators", "@type": "@id"},
        "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
    },
]

OBJECT: Final = [
    AS2,
    {
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "toot": _TOOT,
        "Emoji": "toot:Emoji",
        "blurhash": "toot:blurhash",
        "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
        "votersCount": "toot:votersCount",
        "indexable": "toot:indexable",
        "searchableBy": {"@id": "http://fedibird.com/ns#searchableBy", "@type": "@id"},
        "digestMultibase": {
            "@id": "https://w3id.org/security#digestMultibase",
            "@type": "https://w3id.org/security#multibase",
        },
        "size": "https://joinpeertube.org/ns#size",
        "ostatus": "http://ostatus.org#",
        "conversation": "ostatus:conversation",
        "litepub": "http://litepub.social/ns#",
        "directMessage": "litepub:directMessage",
        "gts": _GTS,
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
        "quote": {"@id": f"{_QUOTES}quote", "@type": "@id"},
        "quoteAuthorization": {"@id": f"{_QUOTES}quoteAuthorization", "@type": "@id"},
        "QuoteAuthorization": f"{_QUOTES}QuoteAuthorization",
        "QuoteRequest": f"{_QUOTES}QuoteRequest",
        "quoteUri": "http://fedibird.com/ns#quoteUri",
        "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    },
]
"""Of Notes, Questions and Articles. `materials` adds the terms of a teaching material."""

FEATURED_COLLECTION: Final = [
    AS2,
    {
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "toot": _TOOT,
        "discoverable": "toot:discoverable",
        "gts": _GTS,
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
        **{
            name: f"{_FEATURED}{name}"
            for name in ("FeaturedCollection", "FeaturedItem", "FeatureRequest", "FeatureAuthorization")
        },
        "featuredObject": {"@id": f"{_FEATURED}featuredObject", "@type": "@id"},
        "featuredObjectType": {"@id": f"{_FEATURED}featuredObjectType", "@type": "@vocab"},
        "featureAuthorization": {"@id": f"{_FEATURED}featureAuthorization", "@type": "@id"},
        "topic": {"@id": f"{_FEATURED}topic", "@type": "@id"},
    },
]
"""Of collections of people, and of what is said about them."""

PLAIN: Final = AS2
"""For activities that carry only addresses: Follow, Like, Undo and their kind."""
