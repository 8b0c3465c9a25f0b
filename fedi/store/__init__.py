"""SQL, the only place: units of work (`database`), what they run on (`engine`), and one module a noun."""
