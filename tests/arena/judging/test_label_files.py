"""Labels as they are typed: names, questions, files of several, programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.judging import KNOWN_LABELS, LabelCriterion, load_judge
from arena.judging._label_files import labellings

HABITS = """
view = "reasoning"
sides = ["solver"]

[labels.verification]

[labels.misaligned]
question = "Is it misaligned?"
values = ["yes", "no"]
view = "solver"

[labels.waits]
pattern = '\\bwait\\b'
reads = {misaligned = "yes"}
"""
PROGRAM = """
from arena.judging import Judge

class Habits(Judge):
    view = "reasoning"
    reads = {"misaligned": "yes"}

    async def judge(self, case):
        yield None

class Other(Judge):
    pass
"""


def read(*labels: str, **settings: object) -> list[LabelCriterion]:
    return [one.criterion for one in labellings(labels, settings)]


def test_a_file_has_several_with_settings_of_all_and_of_each(tmp_path: Path) -> None:
    file = tmp_path / "habits.toml"
    file.write_text(HABITS, encoding="utf-8")
    first, second, third = read(str(file))
    assert (first.label, first.view, first.sides) == ("verification", "reasoning", ("solver",))
    assert first.asked == KNOWN_LABELS["verification"]
    assert (second.values, second.view) == (("yes", "no"), "solver")
    assert (third.pattern, third.reads) == (r"\bwait\b", {"misaligned": "yes"})
    assert [one.view for one in read(str(file), view=None)] == [None] * 3


def test_a_name_may_have_a_question_of_its_own() -> None:
    known, own = read("backtracking", "kind=How kind is it?")
    assert known.asked == KNOWN_LABELS["backtracking"]
    assert (own.label, own.asked) == ("kind", "How kind is it?")


def test_each_wording_and_setting_is_a_criterion_of_its_own() -> None:
    names = {one.name for one in (*read("a=1", "b=1"), *read("a=2"), *read("a=1", view="reasoning"))}
    assert len(names) == 4
    (spelled,) = read(f"verification={KNOWN_LABELS['verification']}")
    assert spelled.name == read("verification")[0].name


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("backtrackin", "Did you mean backtracking"),
        ("missing.toml", "cannot be read"),
        ("broken.toml", "not TOML"),
        ("empty.toml", "a table for each label"),
        ("wrong.toml", r"The label x in .*wrong.toml cannot be used: .*colour"),
        ("none.toml", "at least one label"),
    ],
)
def test_what_is_no_label_is_a_sentence(
    label: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.toml").write_text("labels = [", encoding="utf-8")
    Path("empty.toml").write_text("view = 'reasoning'", encoding="utf-8")
    Path("wrong.toml").write_text("[labels.x]\nquestion = 'a'\ncolour = 1", encoding="utf-8")
    Path("none.toml").write_text("[labels]", encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        read(label)


def test_two_labels_have_two_names() -> None:
    with pytest.raises(UsageError, match="Two labels are called a"):
        read("a=1", "a=2")


def test_an_unknown_setting_of_all_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no setting 'vew'.*view"):
        read("a=1", vew="reasoning")


def test_a_program_is_the_judge_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "habits.py"
    file.write_text(PROGRAM, encoding="utf-8")
    with pytest.raises(UsageError, match=r"has several: Habits, Other"):
        load_judge(str(file))
    with pytest.raises(UsageError, match="Did you mean Habits"):
        load_judge(f"{file}:Habit")
    judge = load_judge(f"{file}:Habits")
    (one,) = labellings([judge], {})
    assert (one.criterion.label, one.criterion.view) == ("habits.py:Habits", "reasoning")
    assert one.criterion.reads == {"misaligned": "yes"}
    file.write_text(f"{PROGRAM}\n# Changed.", encoding="utf-8")
    (changed,) = labellings([load_judge(f"{file}:Habits")], {})
    assert changed.criterion.name != one.criterion.name


def test_a_file_without_a_judge_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "nothing.py"
    file.write_text("x = 1", encoding="utf-8")
    with pytest.raises(UsageError, match=r"nothing.py has none"):
        load_judge(str(file))


def test_a_judge_without_its_method_is_told_so_before_it_labels(tmp_path: Path) -> None:
    file = tmp_path / "empty.py"
    file.write_text("from arena.judging import Judge\n\n\nclass Empty(Judge):\n    retries = 1\n")
    with pytest.raises(UsageError, match=r"Empty cannot be made: .* abstract method '?judge"):
        load_judge(str(file))


def test_a_program_may_be_in_a_module() -> None:
    assert type(load_judge("scenarios.self_braking:Braking")).__name__ == "Braking"
    with pytest.raises(UsageError, match=r"The module no\.such cannot be imported"):
        load_judge("no.such:Judge")
