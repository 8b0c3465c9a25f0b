"""`fedi peer`: other servers, and what was decided about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fedi import text
from fedi.actions import peers, servers
from fedi.actions.servers import ServerFacts
from fedi.activitypub import remote_posts
from fedi.activitypub.decoding import decode_object
from fedi.cli import options, peer_lists, running
from fedi.cli.output import day, print_json, print_rows, print_table
from fedi.config import InstanceConfig
from fedi.errors import Malformed, Unavailable
from fedi.instances import Instance
from fedi.models.activities import Received
from fedi.models.peers import Peer
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.store.hosts import HostState


@click.group()
def command() -> None:
    """Other servers, and what was decided about them.

    \b
    Example:
      fedi peer add school12.kz --partner
      fedi peer block spam.example --note "advertising"
      fedi peer list
    """


@command.command("list")
@options.school
@options.folder
@options.as_json
def list_command(host: str | None, folder: Path, as_json: bool) -> None:
    """List every server about which something was decided.

    \b
    Example:
      fedi peer list --json
    """
    known = options.at(options.chosen(folder, host), lambda instance: instance.db.read(peers.everyone))
    print_rows(_COLUMNS, [_row(peer) for peer in known], as_json=as_json)


_COLUMNS = ("host", "standing", "agreement", "since", "note")


def _row(peer: Peer) -> dict[str, str]:
    return {
        "host": peer.host,
        "standing": peer.standing.value,
        "agreement": _agreement(peer),
        "since": day(peer.created_at),
        "note": peer.note,
    }


def _agreement(peer: Peer) -> str:
    if peer.partner:
        return "partner"
    if peer.offered_at is not None:
        return "offered by us"
    return "offered by them" if peer.confirmed_by_them_at is not None else ""


@command.command()
@click.argument("peer")
@click.option("--partner", is_flag=True, help="Offer the school there an agreement; it stands when they offer it too.")
@click.option("--note", default="", help="Why; only administrators see it.")
@options.school
@options.folder
def add(peer: str, partner: bool, note: str, host: str | None, folder: Path) -> None:
    """Trust a server: what it sent while it was held is taken up.

    \b
    Example:
      fedi peer add school12.kz --partner
    """
    config = options.chosen(folder, host)
    if partner:
        running.run(_meet(config, peer))
    added = options.at(config, lambda instance: instance.db.write(peers.add, None, peer, partner, note))
    click.echo(f"{added.host} is trusted." + (f" Agreement: {_agreement(added)}." if partner else ""))


async def _meet(config: InstanceConfig, peer: str) -> None:
    """Fetch the school's actor there, to which the offer goes."""
    instance = await Instance.open(config)
    try:
        async with running.client_for([config]) as client:
            await resolver.school(instance, client, peer.strip().lower())
    except FetchFailed as error:
        raise Unavailable(f"{peer} cannot be asked for an agreement: {error}") from error
    finally:
        await instance.close()


@command.command()
@click.argument("peer")
@click.option("--note", default="", help="Why; only administrators see it.")
@options.school
@options.folder
def block(peer: str, note: str, host: str | None, folder: Path) -> None:
    """Have nothing to do with a server, from the next request on.

    \b
    Example:
      fedi peer block spam.example --note "advertising"
    """
    blocked = options.at(options.chosen(folder, host), lambda at: at.db.write(peers.block, None, peer, note))
    click.echo(f"{blocked.host} is blocked.")


@command.command()
@click.argument("peer")
@options.school
@options.folder
def remove(peer: str, host: str | None, folder: Path) -> None:
    """Take a decision back: the server is a stranger again, and an agreement with it ends.

    \b
    Example:
      fedi peer remove school12.kz
    """
    options.at(options.chosen(folder, host), lambda instance: instance.db.write(peers.remove, None, peer))
    click.echo(f"{peer} is a stranger again.")


@command.command()
@click.argument("peer")
@options.school
@options.folder
@options.as_json
def show(peer: str, host: str | None, folder: Path, as_json: bool) -> None:
    """Show what is known about a server: what it runs, how deliveries to it go, what it sent that waits.

    \b
    Example:
      fedi peer show school12.kz --json
    """
    facts = options.at(options.chosen(folder, host), lambda at: at.db.read(servers.facts, None, peer))
    told = _told(facts)
    if as_json:
        print_json(told)
    else:
        print_table(("", ""), [(name, _plain(value)) for name, value in told.items()])


def _told(facts: ServerFacts) -> dict[str, Any]:
    """What the administrator's page of a server says, in the same order."""
    peer, server, health = facts.peer, facts.server, facts.health
    decided = _row(peer) if peer else {"standing": "unknown", "agreement": "", "since": "", "note": ""}
    return {
        **decided,
        "host": facts.host,
        "software": f"{server.software} {server.version}".strip() if server else "",
        "asked": day(server.checked_at if server else None),
        "first_contact": day(facts.first_contact),
        "last_contact": day(facts.last_contact),
        "people_known": facts.people,
        "followed_by_us": facts.followed_by_us,
        "following_us": facts.following_us,
        "deliveries": _deliveries(health),
        "next_try": day(health.paused_until if health and not facts.stopped else None),
        "last_error": (health.last_error if health else None) or "",
        "waiting_for_it": facts.waiting,
        "given_up": [{"job": job.id, "at": day(job.dead_at), "reason": job.error or ""} for job in facts.given_up],
        "held": facts.held,
        "held_follows": [f"@{view.actor.handle}" for view in facts.held_follows],
        "held_latest": [_held(each) for each in facts.held_latest],
    }


def _held(kept: Received) -> dict[str, str]:
    """What waits, as plain text: nobody has decided yet to believe any of it."""
    return {
        "type": kept.type,
        "actor": kept.actor_uri,
        "at": day(kept.received_at),
        "words": _words(kept.json),
    }


def _words(activity: str | None) -> str:
    try:
        told = decode_object((activity or "{}").encode()).get("object")
        post = remote_posts.parse(told) if isinstance(told, dict) else None
    except Malformed:
        return ""
    return " · ".join(filter(None, (post.title, post.summary, text.plain(post.content)))) if post else ""


def _deliveries(health: HostState | None) -> str:
    if health is None or (health.stopped_at is None and health.failing_since is None):
        return "going well"
    if health.stopped_at is not None:
        return f"stopped since {day(health.stopped_at)}"
    if health.unavailable_at is not None:
        return "given up until it is heard of"
    return f"failing since {day(health.failing_since)}"


def _plain(value: object) -> str:
    """A value in a table: lists are counted, for `--json` has them whole."""
    return str(len(value)) if isinstance(value, list) else str(value)


@command.command()
@click.argument("peer")
@options.school
@options.folder
def pause(peer: str, host: str | None, folder: Path) -> None:
    """Stop deliveries to a server: what is written meanwhile waits.

    \b
    Example:
      fedi peer pause school12.kz
    """
    stopped = options.at(options.chosen(folder, host), lambda at: at.db.write(servers.stop_deliveries, None, peer))
    click.echo(f"Deliveries to {stopped} are stopped.")


@command.command()
@click.argument("peer")
@options.school
@options.folder
def resume(peer: str, host: str | None, folder: Path) -> None:
    """Let deliveries to a server go on, at once.

    \b
    Example:
      fedi peer resume school12.kz
    """
    going = options.at(options.chosen(folder, host), lambda at: at.db.write(servers.resume_deliveries, None, peer))
    click.echo(f"Deliveries to {going} go on.")


for each in peer_lists.COMMANDS:
    command.add_command(each)
