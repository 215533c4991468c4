"""The store. `open_archive` gives an Archive; one function a question. SQL stays here and in metrics/store."""

from feeds.archive.connect import Archive, open_archive
from feeds.archive.roles import is_held, role
from feeds.archive.visit import Visit

__all__ = ["Archive", "Visit", "is_held", "open_archive", "role"]
