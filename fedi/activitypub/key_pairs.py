"""The two keys every actor of ours has: RSA for HTTP signatures, Ed25519 for proofs (FEP-521a)."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.activitypub.signatures import keys
from fedi.models.actors import Key
from fedi.models.local_actors import ED25519, RSA, key_uri


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The private keys of one of our actors, as PEM."""

    rsa: str
    ed25519: str

    def rows(self, actor_id: int, actor_uri: str, now: int) -> list[Key]:
        """Both keys as they are stored; `now` in milliseconds."""
        pems = ((RSA, self.rsa), (ED25519, self.ed25519))
        return [_key(actor_id, actor_uri, kind, pem, now) for kind, pem in pems]


def generate() -> KeyPair:
    """New keys for an actor. Takes about 100 ms of CPU: not for an event loop, nor for a unit of work."""
    return KeyPair(keys.generate_rsa(), keys.generate_ed25519())


def _key(actor_id: int, actor_uri: str, kind: str, pem: str, now: int) -> Key:
    public = keys.public_pem(keys.load_private(pem))
    return Key(key_uri(actor_uri, kind), actor_id, kind, public, pem, created_at=now, fetched_at=now)
