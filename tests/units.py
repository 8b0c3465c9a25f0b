"""Tests that are a unit of work: `tx` instead of `database`, and everything in one transaction."""

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from fedi.store.database import Database
from fedi.store.engine.transaction import Transaction

Test = Callable[..., Coroutine[Any, Any, None]]


def in_a_unit(test: Test) -> Test:
    """Run a test whose first argument is `tx` inside `database.write`; other arguments are fixtures and parameters."""

    async def run(database: Database, **arguments: Any) -> None:
        async def unit(tx: Transaction) -> None:
            await test(tx, **arguments)

        await database.write(unit)

    functools.update_wrapper(run, test)
    first, *others = inspect.signature(test).parameters.values()
    del run.__wrapped__  # type: ignore[attr-defined]  # pytest would look through it and ask for `tx`
    run.__signature__ = inspect.Signature([first.replace(name="database"), *others])  # type: ignore[attr-defined]
    return run
