"""``arena run``: a scenario is played as it is typed, and what cannot be played is refused in a sentence."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import Typist

PLAYING = ("run", "play", "--agents", "kuhn-nash", "random")


class TestRun:
    def test_plays_as_many_episodes_as_are_typed(self, arena: Typist) -> None:
        said = arena(*PLAYING, "--episodes", "3", "--out", "runs/three")
        assert said.code == 0
        assert "Episodes: 3 completed. Journal: runs/three/journal.sqlite" in said.out
        assert (arena.folder / "runs/three/journal.sqlite").is_file()

    def test_seats_the_agents_in_the_order_typed(self, arena: Typist) -> None:
        assert arena(*PLAYING, "--episodes", "1", "--out", "runs/one").code == 0
        episode = json.loads(arena("show", "one", "0", "--json").out)
        assert episode["seats"] == {"player_0": "kuhn-nash", "player_1": "random"}

    def test_that_is_only_rehearsed_leaves_nothing(self, arena: Typist) -> None:
        assert arena(*PLAYING, "--dry-run").code == 0
        assert list(arena.folder.iterdir()) == []

    def test_into_a_folder_that_holds_a_run_is_refused(self, arena: Typist) -> None:
        assert arena(*PLAYING, "--episodes", "1", "--out", "runs/one").code == 0
        before = (arena.folder / "runs/one/journal.sqlite").read_bytes()
        said = arena(*PLAYING, "--episodes", "1", "--out", "runs/one")
        assert said.code == 2
        assert said.err.startswith("arena: ")
        assert "runs/one" in said.err
        assert said.err.count("\n") == 1
        assert (arena.folder / "runs/one/journal.sqlite").read_bytes() == before


class TestWatched:
    def test_each_turn_is_printed_with_whoever_sees_it(self, arena: Typist) -> None:
        said = arena(*PLAYING, "--episodes", "2", "--concurrency", "1", "--watch", "--out", "runs/two")
        assert said.code == 0
        assert said.out.count("Episode ") == 2
        assert said.out.index("Episode 0. player_0: kuhn-nash") < said.out.index("Episode 1. player_0:")
        assert "  [only player_0] Your card is the " in said.out
        assert said.out.count("Completed. Returns: ") == 2
        assert " is asked: " not in said.out
        assert "is asked: " in arena("show", "two", "0").out

    def test_and_as_json_is_refused(self, arena: Typist) -> None:
        said = arena(*PLAYING, "--watch", "--json")
        assert said.code == 2
        assert said.err == (
            "arena: --watch prints text, so it cannot be used with --json; leave one of them out.\n"
        )
        assert not list(arena.folder.iterdir())


class TestProbes:
    def test_are_put_to_the_seats_that_are_typed_and_again_when_it_is_resumed(self, arena: Typist) -> None:
        probes = "--probe", "confidence?seats=judge&moments=after", "--probe", "p-ik?moments=before"
        assert arena(*DIRECT, *probes, "--out", "runs/probed").code == 0
        said = arena("show", "probed", "0").out
        assert "judge, right (after): " in said
        assert "judge, knows (before): " in said
        assert arena("resume", "probed").code == 0

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (
                "sure",
                "probes.0.ask: it must be one of 'confidence', 'p-true', 'p-ik' or 'answer', not 'sure'.",
            ),
            ("p-ik?seats=bob", "arena: A probe of p-ik is for bob; the seats are judge."),
            ("p-ik?when=before", "probes.0.when: there is no such setting."),
            (
                "p-true?moments=before",
                "p-true is about an answer that was given, so it cannot be asked before.",
            ),
        ],
    )
    def test_that_cannot_be_put_are_refused_in_a_sentence(self, arena: Typist, typed: str, said: str) -> None:
        refused = arena(*DIRECT, "--probe", typed)
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert said in refused.err


class TestStudyFile:
    def test_is_played_and_resumed_without_the_file(self, arena: Typist) -> None:
        file = arena.folder / "study.toml"
        file.write_text('run = "play"\nagents = ["kuhn-nash", "random"]\nepisodes = 5\n')
        said = arena("run", "study.toml", "--episodes", "2", "--out", "runs/study")
        assert (said.code, "Episodes: 2 completed." in said.out) == (0, True)
        file.unlink()
        assert arena("resume", "study").code == 0


DIRECT = ("run", "direct", "--agents", "random")
TABLE = "Q,A,fold\nIt rains.,TRUE,test\nIt snows.,false,train\nIt hails.,false,test\n"


class TestTasksOfAFile:
    @pytest.fixture(autouse=True)
    def table(self, arena: Typist) -> None:
        (arena.folder / "q.csv").write_text(TABLE)

    def played(self, arena: Typist, *words: str) -> list[tuple[str, str]]:
        """Return the texts and the truths that were played."""
        assert arena(*DIRECT, "--tasks", "q.csv", *words, "--out", "runs/own").code == 0
        found: list[tuple[str, str]] = []
        while (said := arena("show", "own", str(len(found)), "--json")).code == 0:
            task = json.loads(said.out)["task"]
            found.append((task["text"], task["truth"]))
        return found

    def test_are_all_played(self, arena: Typist) -> None:
        found = self.played(arena, "--columns", "question=Q", "--columns", "truth=A")
        assert found == [("It rains.", "true"), ("It snows.", "false"), ("It hails.", "false")]

    def test_of_one_split_only_the_first(self, arena: Typist) -> None:
        words = ("--columns", "question=Q,truth=A,split=fold", "--split", "test", "--set", "first=1")
        assert self.played(arena, *words) == [("It rains.", "true")]

    def test_replace_those_of_a_scenario_and_are_read_again_on_resuming(self, arena: Typist) -> None:
        words = ("run", "oversight", "--agents", "random", "--judge", "random", "--tasks", "q.csv")
        assert arena(*words, "--columns", "question=Q,truth=A", "--out", "runs/own").code == 0
        said = arena("resume", "own")
        assert (said.code, "Episodes: 12 completed." in said.out) == (0, True)

    def test_that_changed_are_refused_on_resuming(self, arena: Typist) -> None:
        self.played(arena, "--columns", "question=Q")
        (arena.folder / "q.csv").write_text(TABLE.replace("rains", "thaws"))
        said = arena("resume", "own")
        assert (said.code, "tasks" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nothing",), "nothing"),
        (("play", "--agents", "nobody"), "nobody"),
        (("play", "--agents", "random", "--set", "seats.nobody=random"), "nobody"),
        (("play", "--agents", "random", "--set", "episodes"), "episodes"),
        (("missing.py",), "missing.py"),
        (("missing.toml",), "missing.toml"),
        (("direct", "--agents", "random", "--tasks", "none.csv"), "none.csv cannot be read"),
        (("direct", "--agents", "random", "--tasks", "0"), "at least 1 or a file"),
        (("direct", "--agents", "random", "--split", "test"), "--tasks FILE"),
        (("direct", "--agents", "random", "--tasks", "q.csv", "--columns", "Q"), "PART=COLUMN"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(
    arena: Typist, words: tuple[str, ...], named: str
) -> None:
    said = arena("run", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("arena: ")
    assert named in said.err
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1
    assert list(arena.folder.iterdir()) == []
