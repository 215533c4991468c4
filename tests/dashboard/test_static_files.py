"""What a browser loads before it shows a chart: compressed, once, and whole."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import streamlit

from dashboard.own_files import with_files
from feeds.monitor import Monitor

FOLDER = Path(streamlit.__file__).parent / "static"
MOST_BYTES = 3_000_000  # of a first visit
CHART = next((FOLDER / "static" / "js").glob("PlotlyChart.*.js"))
SCRIPT = f"/static/js/{CHART.name}"


@pytest.fixture(scope="module")
def url(start_dashboard, filled_archive: str, demo: Monitor) -> str:
    return start_dashboard(filled_archive, demo.folder, "--no-poll").url


def answer(address: str, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(address, headers=named), timeout=30)


def test_a_script_comes_compressed_and_is_the_same_script(url: str) -> None:
    with answer(url + SCRIPT, Accept_Encoding="gzip, br") as got:
        body = got.read()
        assert got.headers["Content-Encoding"] == "gzip"
        assert got.headers["Vary"].lower() == "accept-encoding"
        assert "immutable" in got.headers["Cache-Control"]
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Type"].startswith("text/javascript")
    assert len(body) < CHART.stat().st_size / 3
    assert gzip.decompress(body) == CHART.read_bytes()


def test_who_cannot_read_gzip_gets_it_as_it_is(url: str) -> None:
    with answer(url + SCRIPT, Accept_Encoding="identity") as got:
        assert "Content-Encoding" not in got.headers
        assert got.read() == CHART.read_bytes()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_who_has_it_is_not_sent_it_again(url: str, encoding: str) -> None:
    with answer(url + SCRIPT, Accept_Encoding=encoding) as got:
        etag = got.headers["ETag"]
    with pytest.raises(urllib.error.HTTPError) as known:
        answer(url + SCRIPT, Accept_Encoding=encoding, If_None_Match=etag)
    assert known.value.code == 304
    other = "identity" if encoding == "gzip" else "gzip"
    with answer(url + SCRIPT, Accept_Encoding=other, If_None_Match=etag) as again:
        assert again.status == 200, "the other encoding is another body"


class NoErrors(urllib.request.HTTPErrorProcessor):
    """An answer is an answer, whatever its status."""

    def http_response(self, request, response):
        return response


@pytest.mark.parametrize("path", ["/static/js/../../../config.py", "/static/js/none.js", "/static/js/%2e%2e/x.js"])
def test_nothing_but_the_listed_files_is_served(url: str, path: str) -> None:
    request = urllib.request.Request(url + path)
    opener = urllib.request.build_opener(NoErrors)
    with opener.open(request, timeout=120) as got:
        assert got.status in (400, 404) or got.read() == with_files((FOLDER / "index.html").read_bytes())


@pytest.mark.browser
def test_a_first_visit_to_a_chart_is_small_and_a_second_one_loads_no_script(url: str, browser, settle) -> None:
    context = browser.new_context()
    page = context.new_page()
    network = context.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.enable")
    visits = []
    for _ in range(2):
        sizes.clear()
        page.goto(f"{url}/trends?indicator=Food")
        page.locator(".js-plotly-plot .scatterlayer .point").first.wait_for(state="attached", timeout=120_000)
        settle(page)
        visits.append(sum(sizes))
    context.close()
    first, second = visits
    print(f"first visit {first / 1e6:.2f} MB, second {second / 1e6:.2f} MB")
    assert first > 1_000_000, "the script of the charts was among it"
    assert first <= MOST_BYTES
    assert second <= 100_000
