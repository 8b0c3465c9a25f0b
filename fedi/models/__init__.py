"""The nouns of fedi: frozen dataclasses that every layer may hold, and that know nothing of any layer."""
