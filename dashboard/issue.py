"""A summary as the messages that leave the house: one a channel and recipient. Pure, sends nothing.

What is sent is fixed here, once: a try that is repeated sends the same bytes under the same identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from email.headerregistry import Address

from dashboard.delivery import key_of
from dashboard.export import FORMATS, MEDIA_TYPES, eml, file_name, json_, render
from dashboard.export.escape import one_line
from feeds.delivery import Channel, FolderChannel, MailChannel, WebhookChannel
from feeds.errors import DataFileError
from feeds.monitor import Monitor
from metrics.store.outbox import Message
from metrics.summary import Summary

_ONE, _SEVERAL = ("article", "story"), ("articles", "carried_by", "before_articles")  # fields that hold articles.id


def messages(summary: Summary, monitor: Monitor, *, at: datetime) -> list[Message]:
    """at : when the issue is due; its date everywhere. Raises DataFileError for a format that does not exist."""
    check_formats(monitor)
    ids = tuple(sorted(set(_ids(summary))))
    return [one for channel in monitor.delivery.channels for one in _of_channel(summary, monitor, channel, at, ids)]


def check_formats(monitor: Monitor) -> None:
    """Raises DataFileError."""
    for channel in monitor.delivery.channels:
        named: tuple[str, ...] = ()
        if isinstance(channel, MailChannel):
            named = channel.attach
        elif isinstance(channel, FolderChannel):
            named = channel.formats
        if unknown := [one for one in named if one not in FORMATS]:
            raise DataFileError(
                f"{monitor.folder / 'monitor.yaml'}: delivery: channel {channel.key}: {unknown[0]} is no format of a"
                f" summary; choose from {', '.join(FORMATS)}"
            )


def _of_channel(
    summary: Summary, monitor: Monitor, channel: Channel, at: datetime, ids: tuple[int, ...]
) -> Iterator[Message]:
    day = summary.day
    if isinstance(channel, MailChannel):
        domain = channel.sender.partition("@")[2]
        files = {file_name(summary, one): (MEDIA_TYPES[one], render(summary, one)) for one in channel.attach}
        for to in channel.to:
            key = key_of(monitor.key, day, channel.key, to)
            headers = _headers(monitor, channel, to, key)
            body = eml.mail(summary, headers, date=at, attached=files)
            yield Message(key, f"<{key}@{domain}>", day, channel.key, to, eml.MEDIA_TYPE, body, ids)
    elif isinstance(channel, WebhookChannel):
        key = key_of(monitor.key, day, channel.key, channel.url)
        value = {"type": "summary", "id": key, "timestamp": at, "data": summary}
        body = json_.encoded({name: json_.plain(one) for name, one in value.items()})
        yield Message(key, key, day, channel.key, channel.url, "application/json", body, ids)
    else:
        for format in channel.formats:
            name = file_name(summary, format)
            key = key_of(monitor.key, day, channel.key, name)
            yield Message(key, key, day, channel.key, name, MEDIA_TYPES[format], render(summary, format), ids)


def _headers(monitor: Monitor, channel: MailChannel, to: str, key: str) -> dict[str, str]:
    sender = Address(display_name=one_line(monitor.title), addr_spec=channel.sender)
    return {
        "From": str(sender), "To": to, "Message-ID": f"<{key}@{channel.sender.partition('@')[2]}>",
        "Auto-Submitted": "auto-generated", "X-Monitor-Key": key,
    }  # fmt: skip


def _ids(value: object) -> Iterator[int]:
    """All numbers of articles anywhere in a summary."""
    if isinstance(value, tuple):
        for one in value:
            yield from _ids(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            part = getattr(value, field.name)
            if field.name in _ONE and isinstance(part, int):
                yield part
            elif field.name in _SEVERAL and isinstance(part, tuple):
                yield from part
            else:
                yield from _ids(part)
