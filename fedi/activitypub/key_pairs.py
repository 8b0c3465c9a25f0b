"""The two keys every actor of ours has: RSA for HTTP signatures, Ed25519 for proofs (FEP-521a)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fedi.activitypub.signatures import keys, multikey
from fedi.models.actors import Key
from fedi.models.local_actors import ED25519, RSA, key_uri


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The private keys of one of our actors, as PEM."""

    rsa: str
    ed25519: str

    def rows(self, actor_id: int, actor_uri: str, now: int, *, renewed: bool = False) -> list[Key]:
        """Both keys as they are stored; `now` in milliseconds.

        A `renewed` Ed25519 key has an id of its own: a proof is never checked with another key than it was made with.
        The RSA key keeps its id, which everybody asks for once more when a signature does not match.
        """
        rsa = _key(key_uri(actor_uri, RSA), actor_id, RSA, self.rsa, now)
        ed25519 = _key(key_uri(actor_uri, ED25519), actor_id, ED25519, self.ed25519, now)
        if renewed:
            spelt = multikey.encode(keys.load_public(ed25519.public_pem))
            ed25519 = replace(ed25519, uri=f"{actor_uri}#{spelt}")
        return [rsa, ed25519]


def generate() -> KeyPair:
    """New keys for an actor. Takes about 100 ms of CPU: not for an event loop, nor for a unit of work."""
    return KeyPair(keys.generate_rsa(), keys.generate_ed25519())


def _key(uri: str, actor_id: int, kind: str, pem: str, now: int) -> Key:
    public = keys.public_pem(keys.load_private(pem))
    return Key(uri, actor_id, kind, public, pem, created_at=now, fetched_at=now)
