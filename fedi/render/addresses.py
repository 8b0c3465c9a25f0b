"""Where this school shows people, posts and files."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from fedi.models.actors import Actor
from fedi.models.files import File
from fedi.models.posts import Post

STATIC = Path(__file__).parent.parent / "web" / "static"


def profile_path(actor: Actor) -> str:
    """Our own people under their name, others under their whole handle."""
    return f"/@{actor.username}" if actor.local else f"/@{actor.handle}"


def post_path(post: Post, author: Actor) -> str:
    """Our own posts under their author, others under their number here."""
    return f"/@{author.username}/{post.id}" if post.local else f"/posts/{post.id}"


def file_path(file: File) -> str:
    """The file itself, from this origin whichever server it comes from."""
    return f"/media/{file.id}/{quote(file.name, safe='') or 'file'}"


def preview_path(file_id: int) -> str:
    """A small picture of the file (also of avatars)."""
    return f"/media/{file_id}/preview.webp"


def card_picture_path(file_id: int) -> str:
    """The small picture of a page that a post links to."""
    return f"/cards/{file_id}.webp"


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """The address of a static file with a hash of its content, so that browsers may keep it for ever."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
