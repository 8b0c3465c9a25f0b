"""The vocabulary on the wire, pure: ActivityPub's JSON to our models and back, addresses, signatures."""
