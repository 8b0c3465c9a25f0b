"""House rules: written by administrators on a page, or in `instance.toml` until the first is written there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fedi.actions import moderation
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import Account
from fedi.models.rules import Rule, Words
from fedi.store import rules
from fedi.store.database import Transaction

MAX_RULES = 30
MAX_TEXT = 300
"""Characters; Mastodon's limit, on which the screens of programs are laid out."""

MAX_HINT = 1_000


async def current(tx: Transaction) -> list[Rule]:
    """The rules that hold, in order."""
    kept = await rules.everything(tx)
    return [each.rule for each in kept if each.deleted_at is None] if kept else list(tx.school.rules)


async def ever(tx: Transaction) -> list[Rule]:
    """Those too that hold no more: a report may name one."""
    return [each.rule for each in await rules.everything(tx)] or list(tx.school.rules)


async def require(tx: Transaction, rule_ids: Iterable[str]) -> None:
    """Invalid unless the school has each of these rules, or had."""
    if not {str(each.id) for each in await ever(tx)}.issuperset(rule_ids):
        raise Invalid("Rule ids does not reference valid rules", "rule_ids")


async def add(tx: Transaction, by: Account | None, words: Mapping[str, Words]) -> Rule:
    """One more rule, the last one. Invalid if it says nothing, or too much, or there are too many."""
    moderation.require_admin(by)
    made = Rule(tx.new_id(), _checked(words))
    held = await _held(tx)
    if len(held) >= MAX_RULES:
        raise Invalid(f"There are at most {MAX_RULES} rules", "rule")
    await rules.put(tx, [made], len(await rules.everything(tx)))
    return made


async def change(tx: Transaction, by: Account | None, rule_id: int, words: Mapping[str, Words]) -> None:
    """Say a rule otherwise. NotFound, or Invalid as for a new one."""
    moderation.require_admin(by)
    checked = _checked(words)
    _one(await _held(tx), rule_id)
    await rules.say(tx, Rule(rule_id, checked))


async def move(tx: Transaction, by: Account | None, rule_id: int, places: int) -> None:
    """Let a rule stand so many places further down (up if negative), as far as there are places."""
    moderation.require_admin(by)
    held = await _held(tx)
    rule = _one(held, rule_id)
    others = [each for each in held if each.id != rule_id]
    others.insert(max(0, held.index(rule) + places), rule)
    await rules.place(tx, [each.id for each in others])


async def remove(tx: Transaction, by: Account | None, rule_id: int) -> None:
    """Take a rule away. NotFound if there is none."""
    moderation.require_admin(by)
    _one(await _held(tx), rule_id)
    await rules.remove(tx, rule_id)


async def _held(tx: Transaction) -> list[Rule]:
    """The rules that hold, all kept by the school itself from now on, under the ids they had."""
    if not await rules.everything(tx):
        await rules.put(tx, tx.school.rules)
    return await current(tx)


def _one(held: list[Rule], rule_id: int) -> Rule:
    for each in held:
        if each.id == rule_id:
            return each
    raise NotFound("There is no such rule")


def _checked(words: Mapping[str, Words]) -> dict[str, Words]:
    kept = {
        language: Words(each.text.strip(), each.hint.strip())
        for language, each in words.items()
        if each.text.strip() or each.hint.strip()
    }
    if not kept or not all(each.text for each in kept.values()):
        raise Invalid("A rule says something in each language in which it is explained", "rule")
    if any(len(each.text) > MAX_TEXT or len(each.hint) > MAX_HINT for each in kept.values()):
        raise Invalid(f"A rule has at most {MAX_TEXT} characters, its explanation {MAX_HINT}", "rule")
    return kept
