from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.edit import add_sources, retire_source
from feeds.errors import DataFileError
from feeds.model import Outlet, Source
from feeds.monitor import Monitor, read_monitor
from feeds.opml import from_opml, to_opml
from feeds.sources import SourceEntry, free_key, read_outlets, read_sources, slug

OUTLETS = """\
- key: lantern
  name: The Daily Lantern
  names: [Daily Lantern, Լապտեր]
  family: lantern
  side: armenian
  control: independent
  as_of: 2026-01-02
- {key: bugle, name: Bugle, family: bugle-group, side: azerbaijani, control: state}
"""
SOURCES = """\
# the feeds
- key: lantern-en   # a comment that must stay
  url: https://lantern.example/en/rss
  outlet: The Daily Lantern
  language: en
  mirrors: [https://mirror.example/lantern]
- key: bugle
  url: https://bugle.example/feed
  outlet: bugle
  language: [az, ru]
  scope: section
  retired: "HTTP 410 since 2026-05"
"""


@pytest.fixture
def monitor(tmp_path: Path, root: Path) -> Callable[..., Monitor]:
    """`monitor(sources, outlets)`: a monitor whose two files say this; the rest is that of a real one."""

    def make(sources: str = SOURCES, outlets: str = OUTLETS) -> Monitor:
        shutil.copy(root / "monitors" / "karabakh" / "monitor.yaml", tmp_path)
        (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
        (tmp_path / "outlets.yaml").write_text(outlets, encoding="utf-8")
        return read_monitor(tmp_path)

    return make


def test_a_source_gets_what_its_outlet_says(monitor) -> None:
    lantern, bugle = read_sources(monitor())
    assert (lantern.outlet.key, lantern.outlet.side, lantern.outlet.as_of) == ("lantern", "armenian", "2026-01-02")
    assert lantern.is_polled
    assert (bugle.languages, bugle.scope, bugle.is_polled) == (("az", "ru"), "section", False)


WRONG = {  # name: (from, to, what the error must say)
    "language": ("language: en", "language: arm", 'sources.yaml:5: "lantern-en": language: "arm" is not one of en ru'),
    "side": ("outlet: bugle", "outlet: Fog\n  side: purple", 'sources.yaml:10: "bugle": side: "purple" is not one of'),
    "scope": ("scope: section", "scope: all", 'sources.yaml:11: "bugle": '),
    "a field nobody knows": ("scope: section", "colour: red", 'sources.yaml:11: "bugle": '),
    "a key twice": ("- key: bugle", "- key: lantern-en", 'key: "lantern-en" stands twice, first at "lantern-en"'),
    "an address twice": ("https://bugle.example/feed", "http://lantern.example/en/rss#x", "stands twice"),
    "a mirror twice": ("https://bugle.example/feed", "https://mirror.example/lantern", "stands twice"),
    "no web address": ("https://bugle.example/feed", "ftp://bugle.example", "is not an http or https address"),
    "a contradiction": ("outlet: bugle", "outlet: bugle\n  side: armenian", 'contradicts outlets.yaml, where "bugle"'),
    "an outlet nobody knows": ("outlet: bugle", "outlet: Fog", '"Fog" is not in outlets.yaml'),
    "retired without a reason": ('"HTTP 410 since 2026-05"', '""', "say why the source is retired"),
    "a key in capitals": ("- key: bugle", "- key: Bugle", "sources.yaml:7"),
}


@pytest.mark.parametrize(("old", "new", "words"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(monitor, old: str, new: str, words: str) -> None:
    with pytest.raises(DataFileError) as caught:
        read_sources(monitor(SOURCES.replace(old, new, 1)))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_name_is_of_one_outlet_only(monitor) -> None:
    with pytest.raises(DataFileError, match=r'outlets.yaml:8: "bugle": "daily lantern" is already a name of "lantern"'):
        read_outlets(monitor(outlets=OUTLETS.replace("name: Bugle", "name: Daily  LANTERN")))


def test_the_outlet_of_an_item_is_its_own_else_that_of_its_source(monitor) -> None:
    here = monitor()
    outlets, (source, _) = read_outlets(here), read_sources(here)
    assert outlets.of(source, "").key == "lantern"
    assert outlets.of(source, " BUGLE ").key == "bugle"
    assert outlets.of(source, "լապտեր").key == "lantern"
    assert outlets.of(source, "The  Fog") == Outlet("the-fog", "The Fog", "the-fog", "unknown", "unknown")
    assert outlets.of(source, "Туман").key != outlets.of(source, "Дым").key


def test_keys_are_made_from_names_and_never_used_twice() -> None:
    assert slug("The Moscow Times") == "the-moscow-times"
    assert slug("Հետք").startswith("outlet-")
    assert slug("Azərtac") != slug("Azirtac")
    assert free_key("lantern", ["lantern", "lantern-2"]) == "lantern-3"
    assert free_key("!", []) == "source"


def test_the_sources_of_the_real_monitor_are_right(root: Path) -> None:
    sources = read_sources(read_monitor(root / "monitors" / "karabakh"))
    assert len(sources) >= 60
    assert {side for source in sources for side in [source.outlet.side]} >= {"armenian", "azerbaijani", "karabakh"}


def test_the_round_trip_through_opml_keeps_all_that_is_ours(monitor) -> None:
    here = monitor(SOURCES.replace("outlet: bugle", "outlet: Fog & <Mist>\n  side: regional\n  family: mist"))
    before = read_sources(here)
    entries = from_opml("x.opml", to_opml(before, "Title & more"), languages=here.languages, taken=())
    (here.folder / "sources.yaml").write_text("[]\n", encoding="utf-8")
    add_sources(here, entries)
    assert read_sources(here) == before


def test_opml_of_other_readers_is_understood(monitor) -> None:
    body = b"""<opml version="1.0"><body><outline text="Folder"><outline text="Fog News" xmlUrl="https://fog.example/rss"
      language="ru-RU"/><outline title="No address"/><outline text="x" xmlUrl="javascript:x"/></outline>
      <outline text="Fog News" xmlUrl="https://fog.example/2"/></body></opml>"""
    one, two = from_opml("x.opml", body, languages=("en", "ru"), taken=["fog-news"])
    assert (one.key, one.outlet, one.languages) == ("fog-news-2", "Fog News", ("ru",))
    assert (two.key, two.languages) == ("fog-news-3", ("en", "ru"))


BAD_OPML = {
    b"": "not XML",
    b"<html/>": "root is <html>",
    b"<opml><body/></opml>": "lists no feeds",
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><opml><outline text="&e;"/></opml>': "external entity",
}


@pytest.mark.parametrize(("body", "words"), BAD_OPML.items())
def test_what_is_no_list_of_feeds_is_said(body: bytes, words: str) -> None:
    with pytest.raises(DataFileError, match=f"x.opml:1: .*{words}"):
        from_opml("x.opml", body, languages=("en",), taken=())


def test_entities_of_foreign_opml_are_not_opened() -> None:
    body = b"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
      <opml><body><outline text="a" xmlUrl="https://e.example/">&e;</outline></body></opml>"""
    (entry,) = from_opml("x.opml", body, languages=("en",), taken=())
    assert "root:" not in repr(entry)


def entry(url: str, **more: object) -> SourceEntry:
    return SourceEntry(key="new", url=url, outlet=str(more.pop("outlet", "New")), language="en", **more)  # type: ignore[arg-type]


def test_adding_leaves_every_byte_that_stands_there(monitor) -> None:
    here = monitor()
    added = add_sources(
        here, [entry("https://new.example/rss"), entry("http://BUGLE.example/feed"), entry("https://b.example")]
    )
    text = (here.folder / "sources.yaml").read_text(encoding="utf-8")
    assert text.startswith(SOURCES)
    assert [source.key for source in added.sources] == ["new", "new-2"]
    assert added.known == ("http://BUGLE.example/feed",)
    assert added.sources[0].outlet.side == "unknown"
    assert [path.name for path in here.folder.glob("sources*")] == ["sources.yaml"]


def test_a_wrong_addition_changes_nothing(monitor) -> None:
    here = monitor()
    for more in ({"side": "purple"}, {"outlet": "bugle", "side": "russian"}):
        with pytest.raises(DataFileError):
            add_sources(here, [entry("https://new.example", **more)])
        assert (here.folder / "sources.yaml").read_text(encoding="utf-8") == SOURCES


RETIRED = {  # the list of sources before → after; the key is "new"
    "block": (
        "# ours\n- url: https://new.example  # moved once\n  key: new  # a note\n  outlet: bugle\n  language: en\n",
        ('# ours\n- url: https://new.example  # moved once\n  key: new  # a note\n  retired: "it \\"closed\\""\n'
        "  outlet: bugle\n  language: en\n"),
    ),
    "flow": (
        "- {key: new, url: https://new.example, outlet: bugle, language: en}  # a note\n",
        '- {key: new, url: https://new.example, outlet: bugle, language: en, retired: "it \\"closed\\""}  # a note\n',
    ),
    "flow with a comma": (
        "- {key: new, url: https://new.example, outlet: bugle, language: en, }\n",
        '- {key: new, url: https://new.example, outlet: bugle, language: en, retired: "it \\"closed\\""}\n',
    ),
    "null": (
        "- key: new\n  url: https://new.example\n  outlet: bugle\n  language: en\n  retired: null  # not yet\n",
        ("- key: new\n  url: https://new.example\n  outlet: bugle\n  language: en\n"
        '  retired: "it \\"closed\\""  # not yet\n'),
    ),
    "empty": (
        "- key: new\n  url: https://new.example\n  outlet: bugle\n  language: en\n  retired:\n",
        ("- key: new\n  url: https://new.example\n  outlet: bugle\n  language: en\n"
        '  retired: "it \\"closed\\""\n'),
    ),
    "the file ends in the key": (
        "- url: https://new.example\n  outlet: bugle\n  language: en\n  key: new",
        '- url: https://new.example\n  outlet: bugle\n  language: en\n  key: new\n  retired: "it \\"closed\\""',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), RETIRED.values(), ids=RETIRED)
def test_retiring_touches_one_field_and_nothing_else(monitor, before: str, after: str) -> None:
    here = monitor(before)
    assert retire_source(here, "new", ' it  "closed"\n').retired == 'it "closed"'
    assert (here.folder / "sources.yaml").read_text(encoding="utf-8") == after


def test_a_source_is_retired_once_with_a_reason_and_by_its_key(monitor) -> None:
    here = monitor()
    key = read_sources(here)[0].key
    for wanted, reason, words in (("nobody", "x", 'no source "nobody"'), (key, " \n", "say why")):
        with pytest.raises(DataFileError, match=words):
            retire_source(here, wanted, reason)
    assert (here.folder / "sources.yaml").read_text(encoding="utf-8") == SOURCES
    retire_source(here, key, "closed")
    with pytest.raises(DataFileError, match="retired already: closed"):
        retire_source(here, key, "again")


def test_every_source_of_the_real_monitor_can_be_retired(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "karabakh"
    shutil.copytree(root / "monitors" / "karabakh", folder)
    head = folder / "monitor.yaml"
    text = head.read_text(encoding="utf-8").replace("extends: ../common", f"extends: {root / 'monitors' / 'common'}")
    head.write_text(text, encoding="utf-8")
    here = read_monitor(folder)
    asked = [source.key for source in read_sources(here) if source.retired is None]
    for key in asked[:: len(asked) // 6]:
        assert retire_source(here, key, "closed: “for good”").key == key


def test_naming_a_source_switches_it_on() -> None:
    off = Source("a", "https://a.example", Outlet("a", "A", "a"), ("en",), enabled=False, retired="closed")
    assert off.switched_on().is_polled
