"""Benchmarks: `python -m bench NAME --json` runs one and prints one JSON object on its last line.

Load comes from this process, the server is another; CPU is the server's own, read from /proc. The machine is noisy:
compare figures of one run, and report medians.
"""
