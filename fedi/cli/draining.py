"""Working off one school's deliveries from a command, beside a server that may do the same: leases keep them apart."""

from __future__ import annotations

import asyncio
import time

from fedi.cli.running import client_for
from fedi.config import InstanceConfig
from fedi.instances import Instances
from fedi.store import backlog
from fedi.worker import Worker

_POLL_S = 0.5


async def drain_deliveries(config: InstanceConfig, wait_s: float) -> int:
    """Work until nothing waits any more, or `wait_s` seconds have passed; how many jobs are left."""
    instances = Instances(config.folder.parent, only=config.school.host)
    async with client_for([config]) as client:
        worker = asyncio.create_task(Worker(instances, client).run())
        try:
            return await _until_empty(instances, config.school.host, wait_s)
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
            await instances.close()


async def _until_empty(instances: Instances, host: str, wait_s: float) -> int:
    ends_at = time.monotonic() + wait_s
    while True:
        instance = await instances.by_host(host)
        left = sum(lane.pending for lane in await instance.db.read(backlog.counts)) if instance else 0
        if not left or time.monotonic() > ends_at:
            return left
        await asyncio.sleep(_POLL_S)
