"""What editors say becomes labelled cases that `metrics evaluate` reads; every line is whole."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from dataclasses import replace
from datetime import date
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from metrics.cases import read_cases
from metrics.feedback import FeedbackError, Right, Told, append, noted, notes, wrong
from metrics.model import Evidence

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "Homes in Stepanakert are without gas."
TITLE, TEXT = "Gas cut", f"{SENTENCE} Bread is short “too”, <b>they</b> said.\nSecond paragraph."


def evidence(indicator: str, sentence: str = SENTENCE, stance: str = "reported") -> Evidence:
    occurrence = "new" if stance == "reported" else None
    return Evidence(indicator, stance, occurrence, "karabakh-armenians", sentence, 8, 45, "gas", 0, 1, "r")


GAS = evidence("gas")
TOLD = Told(7, "en", TITLE, TEXT, "armenian", date(2023, 1, 18), True, 8, SENTENCE, GAS, (evidence("food", "Bread"),))
RIGHT = Right(True, "gas", "denied", "new", "karabakh-armenians")


def test_a_wrong_tag_becomes_a_case_that_says_what_is_right() -> None:
    case = wrong(TOLD, RIGHT, note="it denies", by="Anna")
    (label,) = case.indicators
    assert (label.indicator, label.stance, label.occurrence, label.evidence) == ("gas", "denied", None, SENTENCE)
    assert case.optional == ("food",), "nobody looked at the rest: it neither helps nor hurts"
    assert (case.notes, case.threat, case.set_name) == ("Anna: it denies", "wrong", "feedback")
    assert case.text == TEXT


def test_nothing_of_the_kind_and_not_about_it() -> None:
    nothing = wrong(TOLD, Right(relevant=True), note="", by="Anna")
    assert (nothing.relevant, nothing.indicators, nothing.optional) == (True, (), ("food",))
    other = wrong(TOLD, Right(relevant=False), note="", by="Anna")
    assert (other.relevant, other.indicators, other.optional) == (False, (), ())


def test_what_another_sentence_says_of_the_same_indicator_stands() -> None:
    again = replace(TOLD, others=(evidence("gas", "No gas at all."), evidence("food", "Bread")))
    case = wrong(again, Right(relevant=True), note="", by="Anna")
    assert [(one.indicator, one.evidence) for one in case.indicators] == [("gas", "No gas at all.")]
    assert case.unsure == ("Anna: the other sentences stand as tagged",)


def test_a_note_claims_nothing() -> None:
    case = noted(TOLD, note="see the ministry", by="Anna")
    assert (case.indicators, case.optional, case.threat) == ((), ("food", "gas"), "note")


@pytest.mark.parametrize(
    ("note", "by", "said"),
    [("", "Anna", "needs words"), ("x", " ", "sign it"), ("x" * 2000, "A", "1,000 are the most")],
)
def test_what_is_no_feedback_is_refused(note: str, by: str, said: str) -> None:
    with pytest.raises(FeedbackError, match=said):
        noted(TOLD, note=note, by=by)


def test_the_command_evaluate_accepts_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "feedback.jsonl"
    assert append(path, wrong(TOLD, RIGHT, note="", by="Anna")) == "F-7-8-1"
    assert append(path, noted(TOLD, note="Որտե՞ղ", by="Աննա")) == "F-7-8-2"
    command = [sys.executable, "-m", "metrics", "evaluate", str(path), "--monitor", "monitors/karabakh"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "feedback" in done.stdout
    assert [(one.article, one.start, one.kind, one.text) for one in notes(path)] == [
        (7, 8, "wrong", "Anna:"),
        (7, 8, "note", "Աննա: Որտե՞ղ"),
    ]
    assert notes(tmp_path / "none.jsonl") == []


def _write(path: Path, many: int, together: Barrier | None = None) -> None:
    if together is not None:
        together.wait(60)
    for _ in range(many):
        append(path, noted(replace(TOLD, text="long " * 5_000), note="n", by="A"))


def test_lines_of_several_writers_are_whole_and_numbered_once(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3)
    writers = [context.Process(target=_write, args=(path, 20, together)) for _ in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
        assert one.exitcode == 0
    ids = [case.id for case in read_cases(path)]
    assert ids == [f"F-7-8-{number}" for number in range(1, 61)]


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    append(path, noted(TOLD, note="first", by="A"))
    before = path.read_bytes()
    script = (
        "import resource, signal, sys; from pathlib import Path; from tests.metrics.test_feedback import _write\n"
        "from metrics.feedback import FeedbackError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 3_000},) * 2)\n"
        "try:\n    _write(Path(sys.argv[1]), 1)\nexcept FeedbackError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert "cannot be written" in done.stdout, done.stderr
    assert path.read_bytes() == before


def test_a_line_that_is_not_whole_stops_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_bytes(b'{"id": "F-1')
    with pytest.raises(FeedbackError, match="last line is not whole"):
        append(path, noted(TOLD, note="n", by="A"))
    assert path.read_bytes() == b'{"id": "F-1'
