"""Places: the map, the table and the file say the same; nothing is an outline; a story may be at several places."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from dashboard import place_labels, place_map
from dashboard.charts import LIGHT
from dashboard.place_labels import Box, Frame, Sheet
from feeds.archive import open_archive
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics import store
from metrics.attribution import Attribution
from metrics.lexicon import read_lexicon
from metrics.places import MapLayer, Spot, read_map, spots
from metrics.store import StoryQuery
from tests.dashboard.conftest import OUTAGE, TODAY
from tests.dashboard.test_pages import figure_of, html_of, opened, words_of  # noqa: F401 a fixture


def spot(key: str, lat: float, lon: float, kind: str = "town", name: str = "") -> Spot:
    return Spot(key, name or f"A{key} / B{key}", "core", kind, lat, lon, (key,))


PLACES = (spot("a", 1.0, 1.0), spot("b", 1.5, 1.6), spot("c", 2.0, 1.2), spot("whole", 1.4, 1.3, "region", "Whole"))


def drawn(figure: object, name: str) -> object:
    return next(trace for trace in figure.data if trace.name == name)  # type: ignore[attr-defined]


def test_the_area_of_a_circle_is_its_number_of_stories() -> None:
    figure = place_map.places_map(PLACES, {"a": 25, "b": 100}, most=100, height=400, palette=LIGHT)
    trace = drawn(figure, "stories that name the place")
    sizes = dict(zip([one[0] for one in trace.customdata], trace.marker.size, strict=True))
    assert (sizes["b"] / sizes["a"]) ** 2 == pytest.approx(4)


def test_a_place_without_a_story_is_pale_and_is_no_circle_of_size_zero() -> None:
    trace = drawn(place_map.places_map(PLACES, {"a": 1}, most=1, height=400, palette=LIGHT), "none seen")
    assert [one[0] for one in trace.customdata] == ["b", "c", "whole"]
    assert trace.marker.size == place_map.PALE > 0
    assert trace.marker.color == LIGHT.ground


def test_a_region_named_as_a_whole_is_a_ring_and_no_point() -> None:
    figure = place_map.places_map(PLACES, {"a": 3, "whole": 9}, most=9, height=400, palette=LIGHT)
    trace = drawn(figure, "a region, named as a whole")
    assert trace.marker.symbol == "circle-open"
    assert [one[0] for one in trace.customdata] == ["whole"]


def test_layers_are_points_of_one_size_and_weight_and_no_line_joins_anything() -> None:
    layers = [MapLayer(key=key, label=key, places=("a", "b")) for key in ("one", "two")]
    figure = place_map.places_map(PLACES, {"a": 3}, most=3, layers=layers, height=400, palette=LIGHT)
    first, second = (drawn(figure, f"{key} (schematic)") for key in ("one", "two"))
    assert (first.marker.size, first.marker.line.width) == (second.marker.size, second.marker.line.width)
    assert first.marker.symbol != second.marker.symbol
    assert all("lines" not in trace.mode for trace in figure.data)
    assert [shape.type for shape in figure.layout.shapes] == ["line"], "the bar of the scale alone"


def test_a_number_stands_beside_the_larger_circles_and_nothing_is_written_over() -> None:
    close = [spot(f"p{n}", 1 + n / 500, 1.5) for n in range(20)] + [spot("far", 3, 3.2), spot("farther", 1, 3.4)]
    sheet = Sheet(place_labels.frame_of(close), 400)
    stories = {one.id: 50 - n for n, one in enumerate(close)}
    chosen = place_labels.labelled(sorted(close, key=lambda one: -stories[one.id]), stories, 50, sheet)
    assert "p0" in chosen, "the largest has its number"
    assert len(chosen) < 8
    assert apart(boxes_of(close, chosen, stories, 50, sheet))


def boxes_of(
    places: Sequence[Spot], chosen: Mapping[str, str], stories: Mapping[str, int], most: int, sheet: Sheet
) -> list[Box]:
    """Of all labels that are drawn."""
    return [
        place_labels._text(
            place_labels._circle(one, stories[one.id], most, sheet),
            place_labels.label_lines(one, stories[one.id]),
            chosen[one.id],
        )
        for one in places
        if one.id in chosen
    ]


def apart(boxes: Sequence[Box]) -> bool:
    return not any(a.meets(b) for n, a in enumerate(boxes) for b in boxes[:n])


def test_no_label_is_written_over_the_words_of_the_other_map_or_the_bar_of_the_scale() -> None:
    inset = Frame(1.0, 1.4, 1.0, 1.4)
    below = [spot("a", 0.97, 1.15), spot("b", 0.1, 2.0), spot("c", 2.0, 0.1)]
    sheet, stories = Sheet(place_labels.frame_of([*below, *place_map._corners(inset)]), 350), dict.fromkeys("abc", 3)
    free, held = (place_labels.labelled(below, stories, 9, sheet, one) for one in (None, inset))
    words = place_labels._words_of(inset, sheet)
    assert any(words.meets(box) for box in boxes_of(below, free, stories, 9, sheet)), "where it would stand else"
    assert apart([words, place_labels._bar(sheet), *boxes_of(below, held, stories, 9, sheet)])
    assert set(held) == {"a", "b", "c"}, "another side has room"


@pytest.mark.parametrize("seed", range(4))
def test_on_the_real_maps_labels_are_apart_however_stories_fall(root, seed: int) -> None:
    from feeds.monitor import read_monitor

    monitor = read_monitor(root / "monitors" / "karabakh")
    lexicon = read_lexicon(monitor)
    shown = spots(lexicon.places, read_map(monitor, lexicon.places).within)
    near = [one for one in shown if one.zone in ("core", "adjacent")]
    inset = place_labels.frame_of(near)
    dice = random.Random(seed)
    for places, height, frame in ((near, 520, None), ([one for one in shown if one not in near], 350, inset)):
        sheet = Sheet(place_labels.frame_of([*places, *place_map._corners(frame)]), height)
        stories = {one.id: dice.randint(1, 400) for one in places}
        ordered = sorted(places, key=lambda one: -stories[one.id])
        chosen = place_labels.labelled(ordered, stories, 400, sheet, frame)
        others = [place_labels._bar(sheet), *([place_labels._words_of(frame, sheet)] if frame else [])]
        assert apart([*others, *boxes_of(places, chosen, stories, 400, sheet)])
        assert len(chosen) >= 3


def test_a_degree_is_as_long_as_it_is_on_the_ground() -> None:
    figure = place_map.places_map(PLACES, {}, most=0, height=400, palette=LIGHT)
    frame = place_labels.frame_of(PLACES)
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.yaxis.scaleratio == pytest.approx(1 / frame.squeeze)
    assert Frame(0, 1, 59, 61).squeeze == pytest.approx(0.5)


def test_names_stay_text() -> None:
    figure = place_map.places_map([spot("a", 1, 1, name="<b>x</b>")], {"a": 2}, most=2, height=400, palette=LIGHT)
    assert "<b>x" not in str(figure.to_json())


def test_both_names_of_every_place_of_the_real_map_stand_in_alphabetical_order(root) -> None:
    from feeds.monitor import read_monitor

    monitor = read_monitor(root / "monitors" / "karabakh")
    lexicon = read_lexicon(monitor)
    shown = spots(lexicon.places, read_map(monitor, lexicon.places).within)
    names = {one.id: one.name for one in shown}
    assert names["stepanakert"] == "Khankendi / Stepanakert"
    for name in names.values():
        parts = name.split(" / ")
        assert parts == sorted(parts, key=str.casefold), name
    assert all(one.lat is not None and one.lon is not None for one in shown)


# The page ---------------------------------------------------------------------------------------------------------


def table_of(app) -> dict[str, int]:
    rows = re.findall(r"<tr><td[^>]*><a [^>]*>([^<]+)</a></td><td[^>]*>([\d,]+)</td>", html_of(app))
    return {name: int(count.replace(",", "")) for name, count in rows}


def points_of(app) -> dict[str, float]:
    found: dict[str, float] = {}
    for at in range(len(app.get("plotly_chart"))):
        for trace in figure_of(app, at)["data"]:
            if str(trace.get("name", "")).startswith(("stories that name", "a region")):
                found |= {
                    text.split("<br>")[0]: int(text.split("<br>")[1].split()[0].replace(",", ""))
                    for text in trace["text"]
                }
    return found


def test_the_table_says_what_the_maps_draw(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "places", range="everything")
    assert not app.exception
    assert table_of(app)
    assert table_of(app) == points_of(app)
    assert any("Perrinor" in name for name in table_of(app))


def test_only_days_that_could_be_seen_are_counted(opened, filled_archive: str, demo: Monitor) -> None:  # noqa: F811
    app = opened(filled_archive, "places", range="everything", about="Medicine and health care")
    attribution = Attribution(read_sources(demo), read_outlets(demo))
    with open_archive(filled_archive) as archive:
        wanted = StoryQuery(indicator="medicine", stance="reported", places=("perrinor",), last=TODAY)
        lines, total = store.stories(archive, attribution, wanted, limit=100)
    seen = [line for line in lines if not OUTAGE[0] <= line.day <= OUTAGE[1]]
    assert len(lines) == total
    assert table_of(app) == {"Perrinor / Tollem": len(seen)}
    assert re.search(r"\d+ of \d+ days seen", words_of(app))
    assert "Not seen: 14 Nov 2031 to 15 Nov 2031" in words_of(app)


def test_a_place_leads_to_its_stories_on_coverage_with_the_same_filters(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "places", about="Medicine and health care", range="3 months")
    links = [unquote(link.replace("&amp;", "&")) for link in re.findall(r'href="(coverage\?[^"]+)"', html_of(app))]
    state = {key: value[0] for key, value in parse_qs(urlsplit(links[0]).query).items()}
    assert state["place"] == "Perrinor / Tollem"
    there = opened(filled_archive, "coverage", **state)
    assert not there.exception
    assert there.selectbox(key="place").value == "Perrinor / Tollem"
    assert "insulin" in html_of(there)
    assert "Bread queues" not in html_of(there)


def test_one_place_shows_its_stories_below(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "places", about="Medicine and health care", place="Perrinor / Tollem")
    assert "insulin" in html_of(app)


def test_layers_are_off_until_asked_for_and_then_said_to_be_schematic(opened, filled_archive: str) -> None:  # noqa: F811
    plain = opened(filled_archive, "places")
    assert "schematic" not in str(figure_of(plain, 0))
    assert "Layers are schematic" not in words_of(plain)
    app = opened(filled_archive, "places", layers="Towns of the valley (invented)")
    assert "Towns of the valley (invented) (schematic)" in str(figure_of(app, 0))
    assert "no boundary is drawn" in words_of(app)
    assert "The country, its places" in "\n".join(caption.value for caption in app.caption), "the disclaimer"


def test_nothing_seen_is_said_and_not_drawn_as_zero(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "places", about="Displacement")
    assert not app.exception
    assert table_of(app) == points_of(app) == {}
    assert "none seen in our sources" in words_of(app)
    assert "none seen in our sources; 28 of 28 days seen (" not in words_of(app), "two of these days were not seen"
    assert re.search(r"none seen in our sources; \d+ of 28 days seen \(\w", words_of(app)), "and who could observe"
    assert any(box.label.startswith("None seen in our sources") for box in app.expander)


def test_a_bad_address_gives_the_defaults(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "places", about="nonsense", says="<script>", place="Atlantis", range="-1", layers="x")
    assert not app.exception
    assert app.selectbox(key="says").value == "reported"
    assert app.selectbox(key="about").value == "any"


def test_the_page_says_what_a_place_means_and_that_places_do_not_add_up(opened, filled_archive: str) -> None:  # noqa: F811
    said = words_of(opened(filled_archive, "places"))
    assert "the one a sentence names as where it happened" in said
    assert "do not add up" in said
    assert "no finer" in said or "finer than a province" in said
