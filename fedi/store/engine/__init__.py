"""What units of work run on: SQLite's threads, PostgreSQL's pools, one dialect for both, migrations, process slots.

Units are opened with `fedi.store.database`; modules of nouns take their `Transaction` from there, and from here only
`rows`.
"""
