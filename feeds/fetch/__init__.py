"""Many addresses → bytes, politely and within bounds. The only network of this room.

    requests ──▶ turns (whose host may be asked) ──▶ wire (libcurl) ──▶ answer (what it means) ──▶ Fetched, FeedError

One thread: connections and TLS sessions are kept between rounds. A failure is a FeedError value, one sentence with the
address and the way out; nothing a server does raises.
"""

from feeds.fetch.addresses import is_public
from feeds.fetch.answer import blocked_sentence
from feeds.fetch.blocked import evidence_of_block
from feeds.fetch.fetcher import USER_AGENT, Fetcher
from feeds.fetch.values import Fetch, Fetched, Request

__all__ = ["USER_AGENT", "Fetch", "Fetched", "Fetcher", "Request", "blocked_sentence", "evidence_of_block", "is_public"]
