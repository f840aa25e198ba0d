"""``arena report``: from what was typed to a file, or to figures."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import SHORT, Typist


@pytest.fixture
def kuhn(arena: Typist) -> str:
    agents = ("--agents", "kuhn-nash", "random")
    assert arena("tournament", "kuhn", *agents, *SHORT, "--out", "runs/kuhn").code == 0
    return "kuhn"


class TestReport:
    def test_is_written_into_the_runs_folder(self, arena: Typist, kuhn: str) -> None:
        pytest.importorskip("matplotlib")
        said = arena("report", kuhn)
        assert (said.code, said.out) == (0, "")
        assert "Wrote the report to runs/kuhn/report.html" in said.err
        assert "kuhn-nash" in (arena.folder / "runs/kuhn/report.html").read_text()

    def test_goes_where_it_is_told(self, arena: Typist, kuhn: str) -> None:
        pytest.importorskip("matplotlib")
        assert arena("report", kuhn, "--out", "mine.html", "--episodes", "1").code == 0
        assert "1 of 4 episodes" in (arena.folder / "mine.html").read_text()

    def test_json_is_one_object_and_no_file(self, arena: Typist, kuhn: str) -> None:
        record = json.loads(arena("report", kuhn, "--json").out)
        assert record["event"] == "report"
        assert {line["agent"] for line in record["runs"][0]["agents"]} == {"kuhn-nash", "random"}
        assert record["sections"] == []
        assert not (arena.folder / "runs/kuhn/report.html").exists()

    def test_a_run_that_is_not_there_is_told(self, arena: Typist) -> None:
        said = arena("report", "nowhere")
        assert said.code == 2
        assert "no run called 'nowhere'" in said.err

    def test_a_run_given_twice_is_refused(self, arena: Typist, kuhn: str) -> None:
        said = arena("report", kuhn, f"runs/{kuhn}", "--json")
        assert said.code == 2
        assert "given twice" in said.err
