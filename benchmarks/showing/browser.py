"""When headless Chromium shows the first chart, and how much it has loaded by then."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
CHART = ".js-plotly-plot .scatterlayer .trace"
# Told by the page itself: asking from outside would wait for whatever the page does next. Two frames after the line of
# the chart stands in the page, it has been painted.
TELL = f"""
new MutationObserver((_, looker) => {{
  if (!document.querySelector("{CHART}")) return;
  looker.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => {{ window.firstChart = performance.now(); }}));
}}).observe(document, {{ childList: true, subtree: true }});
"""


@dataclass(frozen=True, slots=True)
class FirstChart:
    """Seconds until the first chart is painted, with an empty cache and with a full one, medians; bytes of a visit."""

    cold: float
    warm: float
    transferred: int


def first_charts(addresses: list[str], *, rounds: int = 5) -> list[FirstChart]:
    """One per address, measured in turns. Each is visited once before, so that its server has everything ready."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        for address in addresses:
            _visits(browser, address)
        found = [[_visits(browser, address) for address in addresses] for _ in range(rounds)]
        browser.close()
    return [_median([one[at] for one in found]) for at in range(len(addresses))]


def _median(visits: list[FirstChart]) -> FirstChart:
    return FirstChart(
        statistics.median(one.cold for one in visits),
        statistics.median(one.warm for one in visits),
        max(one.transferred for one in visits),
    )


def _visits(browser: Browser, address: str) -> FirstChart:
    """A visit with an empty cache, and another by the same browser."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(TELL)
    sizes: list[int] = []
    network = context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    network.send("Network.enable")
    cold = _seconds(page, address)
    transferred = sum(sizes)
    warm = _seconds(page, address)
    context.close()
    return FirstChart(cold, warm, transferred)


def _seconds(page: Page, address: str) -> float:
    page.goto("about:blank")
    page.goto(address, wait_until="commit")
    found = page.wait_for_function("() => window.firstChart", timeout=600_000)
    return float(found.json_value()) / 1000
