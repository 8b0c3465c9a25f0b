"""What the API shows: our nouns in the shapes that Mastodon's clients decode. Nothing here asks a database."""
