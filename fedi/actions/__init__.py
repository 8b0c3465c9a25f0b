"""What a person can do, here or on another server: every rule and side effect, once."""
