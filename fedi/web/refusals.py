"""What is said beside a field that an action refused. Actions speak English to logs and programs; people are told here,
in their language, by the field that was named."""

from __future__ import annotations

from fedi.i18n import marked

CHECK_THIS = marked("This cannot be used: check what you typed.")

INPUTS = {
    "file_ids": "files",
    "file": "files",
    "duration_minutes": "duration",
    "content": "text",
    "class_": "class",
    "scheduled_at": "at",
    "keyword": "words",
    "rule_ids": "rule",
    "collection": "title",
}
"""Fields that an action calls otherwise than the form does."""

BY_INPUT = {
    "text": marked("Write something or add a file; a very long text has to be shortened."),
    "summary": marked("This is too long."),
    "title": marked("Give it a title, not longer than two lines."),
    "kind": marked("Choose what kind of material it is."),
    "subject": marked("Choose a subject."),
    "classes": marked("Choose at least one class."),
    "licence": marked("Choose a licence."),
    "duration": marked("Write the minutes as a whole number."),
    "keywords": marked("These are too many keywords."),
    "objectives": marked("This is too long."),
    "at": marked("Choose a time at least five minutes from now; at most 25 posts wait for one day, and 300 in all."),
    "poll": marked("A poll needs at least two answers, all different."),
    "files": marked("This file cannot be taken: it is empty, too large, or not of a kind that the school accepts."),
    "avatar": marked("This is not a picture, or it is too large."),
    "name": marked("Write a name, not longer than one line."),
    "avatar_description": marked("This is too long."),
    "header_description": marked("This is too long."),
    "attribution_domains": marked("Write names of sites, one a line, like news.example."),
    "fields": marked("These are too many lines, or they are too long."),
    "username": marked("Use 2 to 30 Latin letters, digits and _, a letter first. Some words are kept for the school."),
    "email": marked("This is not an email address."),
    "password": marked("Take at least 10 characters that are hard to guess: no name, not one letter repeated."),
    "current_password": marked("This is not your password."),
    "host": marked("Write the name of another server, like school12.kz."),
    "list_file": marked("This file is no list of servers, or it is too long."),
    "list_url": marked("There is no signed list of a school at this address."),
    "domain": marked("Write a domain like mail.example that is not refused already; at most 1,000 are."),
    "ip": marked("Write an address or a network like 192.0.2.0/24 that is not refused already; at most 1,000 are."),
    "sure": marked("Tick this box if you are sure."),
    "uses": marked("Write a number from 1 to 200."),
    "shortcode": marked("Use 2 to 64 Latin letters, digits and _."),
    "category": marked("This name is too long."),
    "picture": marked("Take a small picture: PNG, GIF or WebP, at most 512 pixels wide and high, and 256 KB."),
    "words": marked("Write at least one word: each has at most 512 characters, and there are at most 200 in all."),
    "context": marked("Choose at least one place."),
    "description": marked("This is too long."),
    "tag_name": marked("A hashtag is one word."),
    "circle": marked("Choose who may read it."),
    "rules": marked("This is too long."),
    "rule": marked(
        "Write the rule in at least one language, and in each in which you explain it. It has at most 300 characters; "
        "there are 30 rules at most."
    ),
    "posting": marked("Choose who may write."),
    "moderators": marked("One of them is not known here. Look the person up first."),
    "quote_policy": marked("Choose who may quote it."),
}


def place(field: str | None) -> tuple[str, str]:
    """The input beside which a refusal of `field` is told, and the message; "" is the form as a whole."""
    name = INPUTS.get(field or "", field or "")
    return name, BY_INPUT.get(name, CHECK_THIS)
