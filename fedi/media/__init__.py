"""Files: what they really are, cleaned and with a preview, and where their bytes lie."""

from fedi.media.reception import Films, finish, receive, receive_for_later, receive_path, take_in
from fedi.media.storage import Storage
from fedi.media.workbench import Damaged, Place, is_taken

__all__ = [
    "Damaged",
    "Films",
    "Place",
    "Storage",
    "finish",
    "is_taken",
    "receive",
    "receive_for_later",
    "receive_path",
    "take_in",
]
