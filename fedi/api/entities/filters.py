"""Filter with what is in it, the filters of the first version of the API, and what a status matches."""

from __future__ import annotations

from fedi.api.entities.accounts import Json
from fedi.api.entities.times import moment_or_none
from fedi.models.filters import Filter, FilterAction, FilterKeyword, FilterPost, FilterRules
from fedi.policies.filters import Match


def rules(each: FilterRules) -> Json:
    """Filter as its owner sees it."""
    return {
        **_filter(each.filter),
        "keywords": [keyword(one) for one in each.keywords],
        "statuses": [post(one) for one in each.posts],
    }


def _filter(each: Filter) -> Json:
    return {
        "id": str(each.id),
        "title": each.title,
        "context": each.contexts,
        "expires_at": moment_or_none(each.expires_at),
        "filter_action": each.action,
    }


def keyword(each: FilterKeyword) -> Json:
    """FilterKeyword."""
    return {"id": str(each.id), "keyword": each.keyword, "whole_word": each.whole_word}


def post(each: FilterPost) -> Json:
    """FilterStatus."""
    return {"id": str(each.id), "status_id": str(each.post_id)}


def single(each: Filter, word: FilterKeyword) -> Json:
    """V1::Filter: a keyword with what holds for its filter."""
    return {
        "id": str(word.id),
        "phrase": word.keyword,
        "context": each.contexts,
        "expires_at": moment_or_none(each.expires_at),
        "irreversible": each.action is FilterAction.HIDE,
        "whole_word": word.whole_word,
    }


def result(match: Match, post_id: int) -> Json:
    """FilterResult."""
    return {
        "filter": _filter(match.filter),
        "keyword_matches": match.keywords,
        "status_matches": [str(post_id)] if match.chosen else [],
    }
