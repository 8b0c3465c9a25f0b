"""Files: what they really are, cleaned and with a preview, and where their bytes lie."""

from fedi.media.reception import receive, receive_path, take_in
from fedi.media.storage import Storage

__all__ = ["Storage", "receive", "receive_path", "take_in"]
