"""`make screenshots`: pictures of every page into docs/img/, from the invented country, for the README.

Its clock is fixed and its archive the same everywhere, so a picture changes when a page does (or the machine's fonts).
Needs Chromium at /usr/bin/chromium. 128 colours a picture: a third of the size, and nobody sees it.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.showing import servers
from benchmarks.showing.browser import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "img"
COLOURS = 128
IDLE = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app?.getAttribute('data-test-script-state') === 'notRunning' && document.querySelector('.m-foot')
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]');
}"""


@dataclass(frozen=True, slots=True)
class Picture:
    """name : of the file. path : what is opened; scheme and width : light or dark, in pixels."""

    name: str
    path: str
    scheme: str = "light"
    width: int = 1280
    height: int = 1000


PICTURES = (
    Picture("situation", ""),
    Picture("trends", "trends?indicator=Food&range=3+months"),
    Picture("sides", "trends?indicator=Food&lines=by+side"),
    Picture("coverage", "coverage?about=Food"),
    Picture("places", "places?range=3+months"),
    Picture("sources", "sources"),
    Picture("summary", "summary"),
    Picture("method", "method"),
    Picture("situation-dark", "", scheme="dark"),
    Picture("situation-phone", "", width=390, height=844),
    Picture("trends-phone", "trends?indicator=Food&range=3+months", width=390, height=844),
)


def take(browser: Browser, url: str, picture: Picture) -> None:
    size = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=size, color_scheme=picture.scheme, reduced_motion="reduce")
    page.goto(f"{url}/{picture.path}")
    page.wait_for_function(IDLE, timeout=120_000)
    if picture.path.startswith(("trends", "places")):
        page.locator(".js-plotly-plot .main-svg").first.wait_for(state="attached", timeout=60_000)
    page.wait_for_timeout(1_500)  # what is drawn after the script has ended
    taken = page.screenshot(animations="disabled", caret="hide")
    page.close()
    reduced = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(OUT / f"{picture.name}.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", default="sqlite:///data/demo.db", metavar="URL", help="where the demo is built")
    archive = parser.parse_args().archive
    subprocess.run([sys.executable, "-m", "monitors.demo", "--archive", archive], cwd=ROOT, check=True)
    OUT.mkdir(exist_ok=True)
    with servers.dashboard(ROOT / "monitors" / "demo", archive) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        for picture in PICTURES:
            take(browser, server.url, picture)
            print(
                f"docs/img/{picture.name}.png {(OUT / f'{picture.name}.png').stat().st_size / 1000:.0f} KB", flush=True
            )
        browser.close()


if __name__ == "__main__":
    main()
