"""One readable line for everything that crosses from one school to another."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import click
import msgspec
import structlog


def line(event: Mapping[str, Any]) -> str | None:
    """`almaty -> kostanay  Create Article  202  14 ms`, if this is an event of the logger `fedi.traffic`."""
    if event.get("event") != "sent" or "to_host" not in event:
        return None
    what = f"{event['type']} {event.get('object_type') or ''}".strip()
    way = f"{_short(event['from_host'])} -> {_short(event['to_host'])}"
    return f"{way:<22}  {what:<18}  {event['status']}  {event['ms']:.0f} ms"


def line_of_json(text: str) -> str | None:
    """The same from a line of a server's log; other lines of it are shown if they are warnings or worse."""
    try:
        event = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return text.rstrip()
    return line(event) or (text.rstrip() if event.get("level") in ("warning", "error", "critical") else None)


def show(_: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog that prints traffic, and lets nothing else through but warnings and worse."""
    told = line(event)
    if told is not None:
        click.echo(told)
    if told is not None or name in ("debug", "info"):
        raise structlog.DropEvent
    return event


def _short(host: str) -> str:
    return host.partition(".")[0]
