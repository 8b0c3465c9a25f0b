"""What fedi decides, without asking anything: pure functions over the nouns."""
