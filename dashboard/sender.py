"""The sender: makes issues that are due and sends what waits. Asks the pure rules (delivery.py), tells the outbox.

A try counts before it begins and is settled after it: killed in between, it is made again under the same identity, and
that is the only way in which a message can come twice. One sender an archive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dashboard.delivery import HOLD, Outcome, after, due_at, due_issues
from dashboard.notify import Outside, send
from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics.store import outbox
from metrics.store.outbox import Issued, Letter

if TYPE_CHECKING:
    from metrics.summary import Summary

Tell = Callable[[str], None]


@dataclass(slots=True)
class Sender:
    """since : when a sender that stays began: an issue waits for articles to be read from then on; None: it goes."""

    archive: Archive
    monitor: Monitor
    outside: Outside
    tell: Tell
    since: datetime | None = None
    told: set[str] = field(default_factory=set)  # said once, not every round

    def round(self, now: datetime, clock: Callable[[], datetime]) -> bool:
        """Make what is due, send what waits. True: nothing is left to do now."""
        made = self._make_due(now)
        return self.send_waiting(clock) and made

    def _make_due(self, now: datetime) -> bool:
        if not self.monitor.delivery.channels:
            return True
        issued = outbox.issued_days(self.archive)
        due = due_issues(self.monitor.delivery, self.monitor, issued=issued, now=now)
        if due.missed and due.days:
            few = f"{due.missed[0].isoformat()} to {due.missed[-1].isoformat()}"
            self._once(f"not made up for, longer ago than catch_up_days: the issues of {few}")
        return all(self.make(day, now) for day in due.days)  # in order: none overtakes one that is held

    def make(self, day: date, now: datetime, *, draft: bool | None = None, hold: bool = True) -> bool:
        """Put the issue of a day into the outbox, whole. False: it is held, because articles are not read yet."""
        from dashboard.issue import messages  # what renders is loaded when there is something to render

        at = min(due_at(self.monitor.delivery, self.monitor, day), now)
        summary = self._summary(day, at)
        waiting = summary.not_seen.untagged
        if waiting and hold and now < max(at, self.since or at) + HOLD:
            self._once(f"the issue of {day.isoformat()} waits: {waiting} articles are not read yet (`metrics update`)")
            return False
        draft = self.monitor.delivery.review if draft is None else draft
        issued = Issued(day, summary.as_of, summary.rules_version)
        new = outbox.put(self.archive, issued, messages(summary, self.monitor, at=at), draft=draft, at=now)
        if new:
            state = "drafts; `python -m dashboard outbox release` sends them" if draft else "to be sent"
            self.tell(f"the issue of {day.isoformat()}: {new} messages, {state}")
        return True

    def _summary(self, day: date, at: datetime) -> Summary:
        """As of the moment at which it is due: what came overnight stands in it, apart."""
        from feeds.sources import read_outlets, read_sources
        from metrics.lexicon import read_lexicon
        from metrics.summary import summary_of

        return summary_of(
            self.archive, self.monitor, read_lexicon(self.monitor), read_sources(self.monitor),
            read_outlets(self.monitor), day=day, as_of=at.astimezone(UTC).replace(microsecond=0),
        )  # fmt: skip

    def send_waiting(self, clock: Callable[[], datetime]) -> bool:
        """Each message that is due once. True: all were taken."""
        taken = [self._send(letter, clock) for letter in outbox.due_letters(self.archive, clock())]
        return all(taken)

    def _send(self, letter: Letter, clock: Callable[[], datetime]) -> bool:
        content = outbox.content(self.archive, letter.id)
        if content is None or not outbox.begin(self.archive, letter.id, at=clock()):
            return True  # forgotten or withdrawn meanwhile
        outcome = self._tried(letter, content, clock())
        step = after(outcome, letter.tries + 1, clock())
        outbox.settle(self.archive, letter.id, step.state, next_try=step.next_try, error=step.error, at=clock())
        what = f"{letter.day.isoformat()} by {letter.channel} to {letter.recipient}"
        then = f"again at {step.next_try:%Y-%m-%d %H:%M} UTC" if step.next_try else "given up; see `outbox`"
        self.tell(f"sent: {what}" if step.state == "sent" else f"not sent: {what}: {outcome.error}; {then}")
        return step.state == "sent"

    def _tried(self, letter: Letter, content: bytes, now: datetime) -> Outcome:
        channels = {channel.key: channel for channel in self.monitor.delivery.channels}
        if letter.channel not in channels:
            return Outcome(f"monitor.yaml has no channel {letter.channel} any more", final=True)
        return send(channels[letter.channel], letter, content, self.outside, now=now)

    def _once(self, sentence: str) -> None:
        if sentence not in self.told:
            self.told.add(sentence)
            self.tell(sentence)
