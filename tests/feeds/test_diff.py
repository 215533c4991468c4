"""What was changed, word by word: in six languages, and for any text at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.diff import MOST_TOKENS, new_text, old_text, word_diff

CHANGES = {  # [removed] {added}
    "nothing": ("No fuel left.", "No fuel left.", "No fuel left."),
    "empty": ("", "", ""),
    "all new": ("", "Bread.", "{Bread.}"),
    "a number": ("Five wounded in Goris.", "Six wounded in Goris.", "[Five]{Six} wounded in Goris."),
    "words side by side": ("the road is closed now", "the road was opened now", "the road [is closed]{was opened} now"),
    "a sentence more": ("It is closed.", "It is closed. For long.", "It is closed.{ For long.}"),
    "a full stop": ("It is closed", "It is closed.", "It is closed{.}"),
    "English": ("they can't leave", "they can leave", "they [can't]{can} leave"),
    "French": ("l'aide n'arrive pas", "l’aide arrive", "[l'aide n'arrive pas]{l’aide arrive}"),
    "French, composed": ("porte-parole dit", "porte-paroles dit", "[porte-parole]{porte-paroles} dit"),
    "Russian, with stress": ("до́роги закрыты", "доро́ги закрыты", "[до́роги]{доро́ги} закрыты"),
    "Russian, with hyphen": ("кого-то задержали", "кого-либо задержали", "[кого-то]{кого-либо} задержали"),
    "Armenian, with a tone": ("Ինչո՞ւ է փակ", "Ինչու է փակ", "[Ինչո՞ւ]{Ինչու} է փակ"),
    "Armenian, tone at the end": ("այո՜ ասաց", "այո ասաց", "[այո՜]{այո} ասաց"),
    "Azerbaijani": ("Bakı'dan gəldi", "Bakı'ya gəldi", "[Bakı'dan]{Bakı'ya} gəldi"),
    "Turkish": ("Ankara’daki İlçe", "Ankara’dan ilçe", "[Ankara’daki İlçe]{Ankara’dan ilçe}"),
    "paragraphs": ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", "One.\n\n{New.\n\n}Two."),
}


def _marked(parts):
    signs = {"same": "{}", "removed": "[{}]", "added": "{{{}}}"}
    return "".join(signs[kind].format(text) for kind, text in parts)


@pytest.mark.parametrize(("old", "new", "marked"), CHANGES.values(), ids=CHANGES)
def test_change(old, new, marked):
    assert _marked(word_diff(old, new)) == marked


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["fuel", "bread", ".", "\n", "'", "-", "Ինչո՞ւ", "ə", "é", "é"]), max_size=30
).map("".join)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_the_parts_give_both_texts_back(old, new):
    parts = word_diff(old, new)
    assert (old_text(parts), new_text(parts)) == (old, new)
    assert all(part.text for part in parts)
    assert {part.kind for part in parts} <= {"same"} or old != new


LONG = {"by line": " word\n", "in one line": " word"}


@pytest.mark.parametrize("end", LONG.values(), ids=LONG)
def test_texts_of_any_length_are_compared(end):
    old = "".join(f"{number}{end}" for number in range(MOST_TOKENS))
    new = "".join(f"{number}{end}" for number in range(MOST_TOKENS, 0, -1))
    parts = word_diff(old, new)
    assert (old_text(parts), new_text(parts)) == (old, new)
