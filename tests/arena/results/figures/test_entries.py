"""A user's figure is one function in a file; a third party's comes by an entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent

import pytest

from arena.core.errors import UsageError
from arena.results.figures import Own, _entries, entries, own_entries
from arena.results.study import Annotations, Line, Study


def share_of_ok(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of answers that are results."""
    yield study.line("Usable", "all", answers.ok, answers)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        file = tmp_path / "mine.py"
        file.write_text(dedent(text), encoding="utf-8")
        return file

    return written


class TestOwn:
    def test_each_public_function_of_a_file_with_annotations_is_a_figure(
        self, write: Callable[[str], Path]
    ) -> None:
        file = write(
            '''
            from math import sqrt

            def helper(x):
                return x

            def share_of_labels(labels, study):
                """Convention."""
                return []
            '''
        )
        (found,) = own_entries(file)
        assert (found.title, found.name) == ("Share of labels", "share-of-labels")

    def test_a_function_or_several_do_as_well(self) -> None:
        several: list[Own] = [share_of_ok, share_of_ok]
        assert own_entries(share_of_ok)[0].function is share_of_ok
        assert len(own_entries(several)) == 2

    def test_a_parameter_that_is_none_is_named(self) -> None:
        def figure(answer: Annotations) -> Iterator[Line]:
            yield from ()

        with pytest.raises(UsageError, match="has a parameter 'answer'; a figure's parameters are among"):
            own_entries(figure)

    def test_a_file_without_a_figure_is_refused(self, write: Callable[[str], Path]) -> None:
        with pytest.raises(UsageError, match="has no figure"):
            own_entries(write("x = 1"))

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There is no file"):
            own_entries(tmp_path / "none.py")

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ("raise ValueError('boom')", r"The figure broken raised ValueError: boom \(.*, line 1\)"),
            ("return None", "The figure broken raised TypeError"),
            ("return [1]", "The figure broken yields 1, which is not a line"),
        ],
    )
    def test_an_error_of_a_figure_is_one_sentence(
        self, body: str, said: str, write: Callable[[str], Path]
    ) -> None:
        (entry,) = own_entries(write(f"def broken(study): {body}\nFIGURES = [broken]"))
        with pytest.raises(UsageError, match=said):
            entry.lines(Study([]))

    def test_an_error_is_placed_in_the_users_file_though_arena_raised_it(
        self, write: Callable[[str], Path]
    ) -> None:
        file = write(
            """
            def broken(study):
                return list(study.annotations('answres'))

            FIGURES = [broken]
            """
        )
        (entry,) = own_entries(file)
        with pytest.raises(UsageError, match=rf"There is no kind .* \({file}, line 3\)\.$"):
            entry.lines(Study([]))

    @pytest.mark.parametrize(("listed", "said"), [("3", "is 3, not a list"), ("[3]", "3 is no figure")])
    def test_a_list_of_something_else_is_refused(
        self, listed: str, said: str, write: Callable[[str], Path]
    ) -> None:
        with pytest.raises(UsageError, match=said):
            own_entries(write(f"FIGURES = {listed}"))


class TestEntryPoints:
    def point(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        found = [EntryPoint("theirs", value, "arena.figures")]
        monkeypatch.setattr(_entries, "entry_points", lambda group: found)

    def test_add_figures(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.point(monkeypatch, f"{__name__}:share_of_ok")
        assert [entry.name for entry in entries()][-1] == "share-of-ok"

    def test_that_cannot_be_loaded_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.point(monkeypatch, "no_such_module:FIGURES")
        with pytest.raises(UsageError, match="The figure theirs cannot be loaded from no_such_module"):
            list(entries())
