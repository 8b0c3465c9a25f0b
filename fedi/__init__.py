"""A federated server for schools: teachers publish and share teaching materials over ActivityPub."""

__version__ = "0.1.0"
