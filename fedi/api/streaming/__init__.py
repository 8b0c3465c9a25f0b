"""Streams: what happens at a school, sent to its people while it happens (behaviours 13)."""
