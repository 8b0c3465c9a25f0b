"""A school, carol of another server whom aigul follows, and mallory of a third."""

from tests.federation.conftest import aigul, almaty, asking, carol, mallory, mastodon

__all__ = ["aigul", "almaty", "asking", "carol", "mallory", "mastodon"]
