"""What `fedi demo` tells whoever started it."""

from __future__ import annotations

import click

from fedi.cli.demo.network import Network


def say(text: str) -> None:
    """One line to the terminal, at once."""
    click.echo(text)


def welcome(network: Network) -> None:
    """Where to look, and how to sign in."""
    say("")
    for school in network.schools:
        names = ", ".join(person.username for person in school.people)
        say(f"  {network.url(school.name):<34} {school.about.name.get('en', school.name)}")
        say(f"  {'':<34} sign in as {names}")
    password = network.schools[0].people[0].password
    first, second = network.schools[0], network.schools[1]
    say("")
    say(f"  Everybody's password is {password}. Sign in at {first.short} as {first.people[0].username}, look up")
    say(
        f"  @{second.people[0].username}@{network.host(second.name)}, follow, share something - and see it cross below."
    )
    say(f"  Data: {network.place} (--fresh starts over). Ctrl-C ends the demo.")
    say("")
