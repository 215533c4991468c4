"""A feed that means harm, from the wire to every page: polled over HTTP, tagged, and shown as the text that it is.

Nothing of it may become an element, run, reach another machine, break the policy of the page or the width of a phone.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from feeds.archive import open_archive
from tests.dashboard.test_screens import watched  # noqa: F401 fixture
from tests.further import further

pytestmark = pytest.mark.browser
SOURCE = "ambrel-morning-en"
ELSEWHERE = "https://elsewhere.invalid"
LONG = "W" * 10_000
HARM = {  # what a title, a text, an author and an address may hold
    "script": "<script>window.hacked = 1</script>",
    "picture": f"<img src='{ELSEWHERE}/x.png' onerror='window.hacked = 1'>",
    "frame": f"<iframe src='{ELSEWHERE}/frame'></iframe><svg onload='window.hacked = 1'></svg>",
    "style": f"</style><style>body {{ background: url({ELSEWHERE}/style) }}</style>",
    "markdown": f"[press here](javascript:alert(1)) ![seen]({ELSEWHERE}/md.png) **bold** # heading",
    "latex": r"$\frac{a}{b}$ and $$\sum_{n=1}^{9} n$$ and \(x^2\)",
    "emoji": ":material/bolt: and :smile: and :streamlit:",
    "colour": ":red[danger] :blue-background[calm] :rainbow[glad] :green-badge[fine]",
    "direction": "\u202etxet siht sdaer\u202c and \u2066\u2067isolated\u2069\u2069 \u200f end",
    "long word": LONG,
    "template": "{{ 7 * 7 }} ${7 * 7} <% 7 * 7 %> %s {0.__class__}",
    "links": f"javascript:alert(1) data:text/html,<script>window.hacked=1</script> {ELSEWHERE}/plain",
}
TOLD = "Bread queues form before dawn in Perrinor"
PLACES = ("near the old mill", "along the river", "outside two shops", "behind the station", "at the north gate",
          "by the water tower", "in the market hall", "at the eastern school", "beyond the ferry", "at the tannery",
          "below the chapel", "on the upper road")  # fmt: skip
PAGES = ("", "trends?indicator=Food", "coverage", "coverage?about=Food", "places", "sources", "summary", "method")
# Elements that Streamlit or a browser would have made of it. Its own icons and pictures are not inside our text.
TEXTS = ".m-story, .m-summary, .m-table, .m-card, [data-testid=stMarkdown]"
ELEMENTS = (
    "script, iframe, svg[onload], img:not(.m-spark, .m-drawn), .katex, object, embed, form, [onerror], [onload], "
    "[data-testid=stIconMaterial], .stMarkdownColoredText, .stMarkdownBadge, a[href^='javascript'], a[href^='data:']"
)
MADE = """([texts, elements]) => [...document.querySelectorAll(texts)]
  .flatMap(one => [...one.querySelectorAll(elements)]).map(one => one.outerHTML.slice(0, 200))"""


def feed() -> bytes:
    """One item a kind of harm: in its title, its text, its author and its address; with a sentence that is counted."""
    when = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    items = []
    for at, (name, harm) in enumerate(HARM.items()):
        safe = html.escape(harm)
        address = html.escape(f"http://127.0.0.1/{at}?q={harm[:200]}") if at % 3 else html.escape(harm[:200])
        items.append(
            f"<item><title>{html.escape(f'{name}: {harm}')}</title><guid isPermaLink='false'>harm-{at}</guid>"
            f"<link>{address}</link><pubDate>{when}</pubDate><author>{safe}</author>"
            f"<source url='{ELSEWHERE}/rss'>{safe}</source><category>{safe}</category>"
            f"<description>{html.escape(f'<p>{TOLD} {PLACES[at]}, said {safe}.</p><p>{safe}</p>')}</description></item>"
        )
    head = "<title>Ambrel Morning</title><link>http://127.0.0.1/</link>"
    body = f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>"
    return f"<?xml version='1.0' encoding='utf-8'?>{body}".encode()


class Wire(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = feed()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def wire() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/rss"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def monitor(root: Path, wire: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented monitor with the clock of the wall and one source, the one on loopback."""
    folder = tmp_path_factory.mktemp("hostile") / "monitors"
    shutil.copytree(root / "monitors", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "karabakh"))
    head = (folder / "demo" / "monitor.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in head if not line.startswith("now:")]
    (folder / "demo" / "monitor.yaml").write_text("\n".join(kept), encoding="utf-8")
    listed = yaml.safe_load((folder / "demo" / "sources.yaml").read_text(encoding="utf-8"))
    one = next(each for each in listed if each["key"] == SOURCE) | {"url": wire}
    (folder / "demo" / "sources.yaml").write_text(yaml.safe_dump([one], allow_unicode=True), encoding="utf-8")
    return folder / "demo"


@pytest.fixture(scope="module")
def archive(root: Path, monitor: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Polled and tagged by the commands that a person would type."""
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile')}/archive.db"
    where = ["--monitor", str(monitor), "--archive", url]
    for words in (["feeds", "poll", "--once", "--allow-local"], ["metrics", "update"]):
        done = subprocess.run(
            [sys.executable, "-m", *words, *where], cwd=root, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stderr
    with open_archive(url, read_only=True) as opened:
        assert opened.article_count() == len(HARM)
    return url


@pytest.fixture(scope="module")
def url(start_dashboard, archive: str, monitor: Path) -> str:
    return start_dashboard(archive, monitor, "--no-poll").url


@pytest.mark.parametrize(("path", "screen"), further([*((path, "phone") for path in PAGES), ("coverage", "light")], 3))
def test_it_shows_as_text_and_does_nothing(url: str, watched, settle, path: str, screen: str) -> None:  # noqa: F811
    seen = watched(screen)
    seen.page.goto(f"{url}/{path}")
    seen.page.wait_for_selector(".m-foot")
    settle(seen.page)
    seen.page.evaluate("() => document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())")
    seen.page.wait_for_timeout(400)
    settle(seen.page)
    shown = seen.page.locator("[data-testid=stMain]").inner_text()
    assert seen.page.evaluate(MADE, [TEXTS, ELEMENTS]) == []
    assert not seen.page.evaluate("'hacked' in window")
    assert seen.outside == [], "no request leaves this machine"
    assert seen.errors == []
    main = seen.page.locator("[data-testid=stMain]").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert main[0] <= main[1], "nothing scrolls sideways"
    assert not {"\u202e", "\u2066", "\u2067"} & set(shown), "no mark turns the direction of what follows"
    assert seen.page.locator("[data-testid=stException]").count() == 0
    if path.startswith("coverage"):
        for told in ("<script>window.hacked = 1</script>", "**bold**", r"$\frac{a}{b}$", ":red[danger]", ":smile:"):
            assert told in shown, f"{told} stands as it was written"
