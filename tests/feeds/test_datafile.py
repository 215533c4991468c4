"""A broken data file gives one line: file, line, field, what is allowed."""

import os

import pytest

from feeds.datafile import Strict, read_yaml
from feeds.errors import DataFileError
from feeds.monitor import read_monitor


class Entry(Strict):
    key: str
    number: int = 0
    words: tuple[str, ...] = ()


BAD = {
    "a wrong value": ("- key: a\n- key: b\n  number: many\n", r"f\.yaml:3: \"b\": 1\.number: .*valid integer"),
    "a field nobody knows": ("- key: a\n  nummer: 3\n", r"f\.yaml:2: \"a\": 0\.nummer: Extra inputs"),
    "a field that is missing": ("- number: 3\n", r"f\.yaml:1: 0\.key: Field required"),
    "two mistakes": ("- {key: a, number: x}\n- {key: b, number: y}\n", r"f\.yaml:1: .*and 1 more"),
    "not a list": ("key: a\n", r"f\.yaml:1: file: Input should be a valid list"),
    "not YAML": ("- key: a\n   - x: [\n", r"f\.yaml:\d: not YAML"),
    "an object of another program": (
        "- key: !!python/object/apply:os.system ['true']\n",
        r"f\.yaml:1: not YAML|could not",
    ),
    "a list in a list": ("- key: [a]\n", r"f\.yaml:1: .*key: Input should be a valid string"),
}


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_the_error_names_file_line_and_field(tmp_path, text, says):
    file = tmp_path / "f.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=says) as caught:
        read_yaml(file, list[Entry])
    assert "\n" not in str(caught.value)


def test_yes_no_and_on_are_words_of_a_lexicon(tmp_path):
    file = tmp_path / "f.yaml"
    file.write_text("- {key: no, words: [no, on, yes, off]}\n", encoding="utf-8")
    assert read_yaml(file, list[Entry]) == [Entry(key="no", words=("no", "on", "yes", "off"))]


def test_a_file_that_is_not_there_or_not_text_is_one_line(tmp_path):
    with pytest.raises(DataFileError, match="file not found"):
        read_yaml(tmp_path / "none.yaml", list[Entry])
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataFileError, match="cannot be read as UTF-8"):
        read_yaml(tmp_path / "b.yaml", list[Entry])


def test_a_file_is_parsed_again_when_its_text_is_another_and_only_then(tmp_path):
    """Size and time may be the same: an editor may write faster than the clock of a file system ticks."""
    path = tmp_path / "words.yaml"
    stamp = None
    for text, words in (("[bread]", ["bread"]), ("[water]", ["water"]), ("[bread]", ["bread"])):
        path.write_text(text, encoding="utf-8")
        if stamp:
            os.utime(path, ns=stamp)
        stamp = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
        first = read_yaml(path, list[str])
        assert first == words
        assert read_yaml(path, list[str]) is first
    path.write_text("[bread", encoding="utf-8")
    with pytest.raises(DataFileError, match="not YAML"):
        read_yaml(path, list[str])
    path.write_text("[gas]", encoding="utf-8")
    assert read_yaml(path, list[str]) == ["gas"]
    with pytest.raises(DataFileError, match=r"words\.yaml:1"):
        read_yaml(path, list[int])


HEAD = """
key: x
title: X
languages: [en]
sides: [{key: a, label: A}]
controls: [{key: unknown, label: Unknown}]
peoples: [{key: unstated, label: Unstated}]
sectors: [{key: s, label: S, indicators: [food]}]
indicators: [{key: food}]
"""
HEADS = {
    "a bloc of a side that does not exist": (HEAD + "blocs: [[a, b]]\n", "not listed under sides: b"),
    "an indicator in no sector": (HEAD.replace("[food]", "[]"), "they differ in food"),
    "a fixed clock in a real monitor": (HEAD + "now: 2030-01-01T00:00:00Z\n", "invented: true"),
}


@pytest.mark.parametrize(("text", "says"), HEADS.values(), ids=HEADS)
def test_a_monitor_that_contradicts_itself(tmp_path, text, says):
    (tmp_path / "monitor.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=says):
        read_monitor(tmp_path)


def test_no_folder_is_one_line(tmp_path):
    with pytest.raises(DataFileError, match="no such monitor folder"):
        read_monitor(tmp_path / "none")
