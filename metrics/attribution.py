"""Who published an article, and does its source count: joined when counting; a new outlet retags nothing. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from feeds.model import Outlet, Source
from feeds.sources import Outlets


class Attribution:
    """Outlet, side, family and scope of any article, also of sources that were retired or loaded from files."""

    def __init__(self, sources: Iterable[Source], outlets: Outlets, *, panel: frozenset[str] | None = None) -> None:
        self.panel = panel  # only these sources count; None: all that enter counts
        self.sources = {source.key: source for source in sources}
        self.outlets = outlets
        self._known: dict[tuple[str, str], Outlet] = {}

    def outlet(self, source: str, item_outlet: str) -> Outlet:
        """The outlet named by the item, else the source's own, else unknown under the source's name."""
        pair = (source, item_outlet)
        if pair not in self._known:
            self._known[pair] = self._find(*pair)
        return self._known[pair]

    def _find(self, source: str, item_outlet: str) -> Outlet:
        known = self.sources.get(source)
        if known is not None:
            return self.outlets.of(known, item_outlet)
        name = item_outlet or source
        loaded = Source(key=source, url="", outlet=Outlet(name, name, name), languages=())
        return self.outlets.of(loaded, item_outlet)

    def counts(self, source: str) -> bool:
        """Only `full` and `section` sources enter counts and denominators; loaded files count as such."""
        if self.panel is not None:
            return source in self.panel
        known = self.sources.get(source)
        return known is None or known.scope != "query"

    def only(self, panel: frozenset[str]) -> Attribution:
        """The same outlets; only the sources of `panel` count, and only what was polled from them."""
        return Attribution(self.sources.values(), self.outlets, panel=panel)

    @property
    def fingerprint(self) -> str:
        """Changes when a side, family or scope does, or a source is retired.

        Then every day is counted again, and nothing is tagged again.
        """
        parts = [
            f"{key}|{source.scope}|{source.is_polled}|{source.outlet.key}|{source.outlet.side}|{source.outlet.family}"
            for key, source in sorted(self.sources.items())
        ]
        return hashlib.sha256("\n".join([*parts, self.outlets.fingerprint]).encode()).hexdigest()[:12]
