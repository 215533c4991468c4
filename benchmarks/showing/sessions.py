"""Many readers at once: websockets that speak Streamlit's own protocol, each with a click every few seconds."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

CLICK_SECONDS = 12.0
PAGES = ("", "trends", "coverage", "places", "sources", "summary", "method")
PATIENCE = 1_800  # seconds for the first look at one page, on a machine with other work


@dataclass(frozen=True, slots=True)
class Answers:
    """Seconds from a click to its whole page: median and 95th percentile. memory : MB a session on the server."""

    median: float
    p95: float
    clicks: int
    memory: float = 0.0


def alone(url: str, *, clicks: int = 21) -> Answers:
    """One session, one click after the other."""
    return asyncio.run(_one_after_the_other(url, clicks))


def together(url: str, sessions: int, *, seconds: float, resident_mb: Callable[[], float]) -> Answers:
    return asyncio.run(_together(url, sessions, seconds, resident_mb))


async def _one_after_the_other(url: str, clicks: int) -> Answers:
    async with _Session(url) as one:
        await one.every_page()
        return _summed([await one.click() for _ in range(clicks)])


async def _together(url: str, sessions: int, seconds: float, resident_mb: Callable[[], float]) -> Answers:
    async with _Session(url) as warming:
        await warming.every_page()
        before = resident_mb()
        opened = [_Session(url, begin=number) for number in range(sessions)]
        for one in opened:
            await one.__aenter__()
        took = await asyncio.gather(*(one.read_on(seconds, number / sessions) for number, one in enumerate(opened)))
        memory = (resident_mb() - before) / sessions
        for one in opened:
            await one.__aexit__()
    found = _summed([value for each in took for value in each])
    return Answers(found.median, found.p95, found.clicks, memory)


def _summed(took: list[float]) -> Answers:
    return Answers(statistics.median(took), statistics.quantiles(took, n=20)[-1], len(took))


class _Session:
    """A reader: goes from page to page; the page is there when the server says that its script has ended."""

    def __init__(self, url: str, *, begin: int = 0) -> None:
        self.address = url.replace("http://", "ws://") + "/_stcore/stream"
        self.origin = url
        self.at = begin
        self.pages: dict[str, str] = {}  # path → its hash, as the server's navigation says

    async def __aenter__(self) -> _Session:
        from websockets.asyncio.client import connect

        self.socket = await connect(
            self.address, subprotocols=["streamlit"], origin=self.origin, max_size=None, ping_interval=None
        )  # type: ignore[list-item,arg-type]
        await self._run("")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def every_page(self) -> None:
        for _ in PAGES:
            await self.click()

    async def click(self) -> float:
        """Go to the next page; returns the seconds until all of it has arrived."""
        self.at += 1
        start = time.perf_counter()
        await self._run(PAGES[self.at % len(PAGES)])
        return time.perf_counter() - start

    async def read_on(self, seconds: float, phase: float) -> list[float]:
        """Click every CLICK_SECONDS; the sessions' clicks are spread over that time by `phase`, 0 to 1."""
        begin, took = time.perf_counter() + phase * CLICK_SECONDS, []
        for number in range(max(1, int(seconds / CLICK_SECONDS))):
            await asyncio.sleep(max(0.0, begin + number * CLICK_SECONDS - time.perf_counter()))
            took.append(await self.click())
        return took

    async def _run(self, page: str) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        message.rerun_script.query_string = urlencode({})
        message.rerun_script.page_script_hash = self.pages.get(page, "")
        message.rerun_script.page_name = page
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self._until_finished(), PATIENCE)

    async def _until_finished(self) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        while True:
            told = ForwardMsg.FromString(await self.socket.recv())  # type: ignore[arg-type]
            kind = told.WhichOneof("type")
            if kind == "navigation":
                self.pages = {("" if one.is_default else one.url_pathname): one.page_script_hash
                              for one in told.navigation.app_pages}  # fmt: skip
            elif kind == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
