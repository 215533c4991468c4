"""`delivery` of monitor.yaml: when summaries are sent, and through which channels. Pure.

Addresses stand in the file, secrets never: user, password and the key that signs come from the environment.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from feeds.datafile import Strict

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
# One address as SMTP takes it without extensions; no blank, no angle bracket, nothing that could end a header.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
VARIABLE = r"^MONITOR_[A-Z0-9_]+$"  # so that a data file cannot make us send any other secret of the environment


class MailChannel(Strict):
    """Mail by SMTP. Each reader gets a mail of their own, so that nobody sees the others' addresses."""

    kind: Literal["mail"]
    key: Key
    host: str = Field(pattern=r"^[A-Za-z0-9.:-]+$")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"  # never weaker than it says
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    attach: tuple[str, ...] = ()  # formats of a summary
    user: str = Field(default="MONITOR_SMTP_USER", pattern=VARIABLE)  # variables that hold them
    password: str = Field(default="MONITOR_SMTP_PASSWORD", pattern=VARIABLE)

    @field_validator("sender", "to")
    @classmethod
    def _addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in (value,) if isinstance(value, str) else value:
            if not ADDRESS.fullmatch(one):
                raise ValueError(f"{one!r} is not an address such as duty@example.org")
        return value


class WebhookChannel(Strict):
    """The summary as JSON, signed, posted to an address."""

    kind: Literal["webhook"]
    key: Key
    url: str
    secret: str = Field(default="MONITOR_WEBHOOK_SECRET", pattern=VARIABLE)  # variable that holds it

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        parts = urlsplit(value)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or not value.isascii()
            or re.search(r"\s", value)
        ):
            raise ValueError(f"{value!r} is not an address that begins with https:// or http://")
        if parts.username is not None:
            raise ValueError("no user or password in an address; the signature says who calls")
        return value


class FolderChannel(Strict):
    """Files in a folder, one a format; below the folder the program was started in unless it begins with /."""

    kind: Literal["folder"]
    key: Key
    folder: str = Field(min_length=1)
    formats: tuple[str, ...] = ("md",)


Channel = Annotated[MailChannel | WebhookChannel | FolderChannel, Field(discriminator="kind")]


class Delivery(Strict):
    """Without channels nothing is sent."""

    at: time = time(7)  # wall clock of `timezone`, on the day after the one summarised
    timezone: str = ""  # as Europe/Berlin; "": the monitor's own zone, without summer time
    review: bool = False  # True: an issue stays a draft until a person releases it
    catch_up_days: int = Field(default=3, ge=1, le=60)  # after a break: so many issues at most are made up for
    channels: tuple[Channel, ...] = ()

    @field_validator("at", mode="before")
    @classmethod
    def _plain_time(cls, value: object) -> object:
        is_time = isinstance(value, time) or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(value))
        if not is_time:  # YAML reads 10:30 without quotes as the number 630
            raise ValueError(f'{value!r} is not a time such as "07:00", in quotes')
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key if value else ""
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone such as Europe/Berlin") from None

    @model_validator(mode="after")
    def _keys_once(self) -> Delivery:
        keys = [channel.key for channel in self.channels]
        if len(set(keys)) != len(keys):
            raise ValueError("channels: every key only once; messages are known by it")
        return self
