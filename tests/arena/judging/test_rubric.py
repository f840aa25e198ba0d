"""Rubrics: partial credit, what is critical, and what is not asked any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.judging._rubric import Rubric, pending, questions, read_rubric, score
from tests.shared.examples import some

flags: dict[str, Any] = {
    "critical": st.booleans(),
    "weight": st.floats(0.1, 10),
}
leaves = st.builds(Rubric, question=st.just("Is it so?"), **flags)
rubrics = st.recursive(
    leaves,
    lambda below: st.builds(
        Rubric, parts=st.lists(below, min_size=1, max_size=4).map(tuple), sequential=st.booleans(), **flags
    ),
    max_leaves=12,
)


def asked(rubric: Rubric, says: Any) -> dict[str, bool]:
    answers: dict[str, bool] = {}
    while leaf := next(pending(rubric, answers), None):
        answers[leaf[0]] = says(leaf[0])
    return answers


def leaf(**more: Any) -> Rubric:
    return Rubric(question="Is it so?", **more)


class TestScore:
    @some
    @given(rubrics, st.randoms())
    def test_it_is_from_0_to_1_and_complete_when_nothing_is_pending(self, rubric: Rubric, rng: Any) -> None:
        found = score(rubric, asked(rubric, lambda _: rng.random() < 0.7))
        assert found is not None
        assert 0 <= found <= 1

    @some
    @given(rubrics)
    def test_all_yes_is_1_and_all_no_is_0(self, rubric: Rubric) -> None:
        assert score(rubric, asked(rubric, lambda _: True)) == 1
        assert score(rubric, asked(rubric, lambda _: False)) == 0

    @some
    @given(rubrics, st.lists(rubrics, max_size=3), st.randoms())
    def test_a_critical_failure_is_0_whatever_else_was_right(
        self, bad: Rubric, others: list[Rubric], rng: Any
    ) -> None:
        whole = Rubric(parts=(*others, bad.model_copy(update={"critical": True})))
        place = str(len(others) + 1)
        answers = asked(whole, lambda path: not (path == place or path.startswith(f"{place}.")))
        assert score(whole, answers) == 0

    @some
    @given(rubrics, st.randoms())
    def test_a_yes_more_never_lowers_it(self, rubric: Rubric, rng: Any) -> None:
        draws: dict[str, float] = {}
        lower = score(rubric, asked(rubric, lambda path: draws.setdefault(path, rng.random()) < 0.4))
        higher = score(rubric, asked(rubric, lambda path: draws.setdefault(path, rng.random()) < 0.8))
        assert lower is not None
        assert higher is not None
        assert lower <= higher + 1e-12

    def test_partial_credit_is_weighted_over_what_is_not_critical(self) -> None:
        whole = Rubric(parts=(leaf(critical=True), leaf(weight=3), leaf()))
        assert score(whole, {"1": True, "2": True, "3": False}) == 0.75

    def test_what_follows_a_failure_in_sequence_counts_nothing_and_is_not_asked(self) -> None:
        whole = Rubric(parts=(leaf(), leaf(), leaf(), leaf()), sequential=True)
        answers = asked(whole, lambda path: path != "2")
        assert list(answers) == ["1", "2"]
        assert score(whole, answers) == 0.25

    def test_a_missing_answer_is_no_score(self) -> None:
        """Never 0, never the mean of the others."""
        whole = Rubric(parts=(leaf(), leaf()))
        assert score(whole, {"1": True}) is None


class TestFile:
    def test_toml_and_json_are_read(self, tmp_path: Path) -> None:
        (tmp_path / "one.toml").write_text('[[parts]]\nquestion = "Is it true?"\ncritical = true\n')
        (tmp_path / "one.json").write_text('{"parts": [{"question": "Is it true?", "critical": true}]}')
        read = read_rubric(tmp_path / "one.toml")
        assert read == read_rubric(tmp_path / "one.json")
        assert read.parts[0].critical

    @pytest.mark.parametrize("text", ["question = ", 'question = "a"\nmore = 1', "weight = 1"])
    def test_anything_else_is_refused_in_a_sentence(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "bad.toml").write_text(text)
        with pytest.raises(UsageError, match=r"The rubric in .*bad\.toml"):
            read_rubric(tmp_path / "bad.toml")
        with pytest.raises(UsageError, match="cannot be read"):
            read_rubric(tmp_path / "none.toml")

    def test_a_node_is_a_question_or_has_parts(self) -> None:
        with pytest.raises(UsageError, match="either a question or parts"):
            Rubric(question="a", parts=(leaf(),))


class TestMind2Web2:
    """The trees of the paper's code, as they are computed by hand."""

    @pytest.mark.parametrize(
        ("tree", "says", "scored"),
        [
            (Rubric(parts=(leaf(critical=True), leaf(), leaf())), "yyn", 0.5),
            (Rubric(parts=(leaf(critical=True), leaf(), leaf())), "nyy", 0.0),
            (Rubric(parts=(leaf(), Rubric(parts=(leaf(), leaf())), leaf()), sequential=True), "yyny", 0.5),
            (Rubric(parts=(leaf(), leaf(), leaf()), sequential=True), "yny", 1 / 3),
            (Rubric(parts=(Rubric(parts=(leaf(critical=True), leaf(critical=True))),) * 3), "yyyyyn", 2 / 3),
        ],
    )
    def test_the_score(self, tree: Rubric, says: str, scored: float) -> None:
        paths = [path for path, _ in questions(tree)]
        told = dict(zip(paths, says, strict=True))
        assert score(tree, asked(tree, lambda path: told[path] == "y")) == pytest.approx(scored)

    @some
    @given(rubrics, st.randoms())
    def test_what_is_skipped_does_not_change_the_score(self, rubric: Rubric, rng: Any) -> None:
        told = {path: rng.random() < 0.5 for path, _ in questions(rubric)}
        fewer: dict[str, bool] = {}
        while ahead := next(pending(rubric, fewer, skip=True), None):
            fewer[ahead[0]] = told[ahead[0]]
        every = asked(rubric, told.__getitem__)
        assert score(rubric, fewer) == score(rubric, every)
        assert set(fewer) <= set(every)

    def test_the_leaves_behind_a_critical_failure_are_skipped_at_every_level(self) -> None:
        below = Rubric(parts=(leaf(critical=True), leaf()), critical=True)
        tree = Rubric(parts=(below, leaf(), Rubric(parts=(leaf(), leaf()))))
        assert list(pending(tree, {"1.1": False}, skip=True)) == []
        assert len(list(pending(tree, {"1.1": False}))) == 4
        assert score(tree, {"1.1": False}) == 0


def test_a_rubric_in_a_module_is_read_by_its_name() -> None:
    assert len(list(questions(read_rubric(Path("scenarios.mind2web:rubric"))))) == 6
    with pytest.raises(UsageError, match="cannot be found"):
        read_rubric(Path("scenarios.mind2web:nothing"))
    with pytest.raises(UsageError, match=r"not an arena\.judging\.Rubric"):
        read_rubric(Path("scenarios.mind2web:scenario"))
