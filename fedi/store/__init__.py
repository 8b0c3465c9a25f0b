"""SQL, the only place: the engine of units of work, and one module a noun."""
