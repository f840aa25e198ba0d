"""``arena fork``: the siblings it plays, where they are, and what it refuses before anything is played."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import SHORT, Typist


@pytest.fixture
def kuhn(arena: Typist) -> str:
    """A run of four episodes, each of two turns or three."""
    agents = ("--agents", "kuhn-nash", "random")
    assert arena("tournament", "kuhn", *agents, *SHORT, "--out", "runs/kuhn").code == 0
    return "kuhn"


def spoken(arena: Typist, run: str, episode: int) -> list[str]:
    """Return the texts of an episode's events."""
    shown = json.loads(arena("show", run, str(episode), "--json").out)
    return [event["text"] for event in shown["events"]]


class TestSiblings:
    def test_are_as_many_as_are_typed_for_the_episode_that_is_typed(self, arena: Typist, kuhn: str) -> None:
        said = arena("fork", kuhn, "--episode", "2", "--turn", "1", "-n", "3", "--out", "runs/forked")
        assert said.code == 0
        assert "Episodes: 3 completed. Journal: runs/forked/journal.sqlite" in said.out
        assert "3 of 3 episodes done, 0 failed" in said.err

    def test_are_two_of_every_episode_unless_told_otherwise(self, arena: Typist, kuhn: str) -> None:
        said = arena("fork", kuhn, "--out", "runs/forked")
        assert said.code == 0
        assert "Episodes: 8 completed" in said.out

    def test_are_put_in_a_new_folder_each_time(self, arena: Typist, kuhn: str) -> None:
        before = set((arena.folder / "runs").iterdir())
        for _ in range(2):
            assert arena("fork", kuhn, "--turn", "0").code == 0
        made = set((arena.folder / "runs").iterdir()) - before
        assert len(made) == 2
        assert all((folder / "journal.sqlite").is_file() for folder in made)

    def test_share_what_came_before_the_turn(self, arena: Typist, kuhn: str) -> None:
        words = ("--episode", "1", "--turn", "1", "-n", "2", "--out", "runs/forked")
        assert arena("fork", kuhn, *words).code == 0
        parent = spoken(arena, kuhn, 1)
        asked = [place for place, text in enumerate(parent) if "It is your move." in text][1]
        for sibling in range(2):
            assert spoken(arena, "forked", sibling)[: asked + 1] == parent[: asked + 1]

    def test_are_one_for_each_reply_that_is_typed(self, arena: Typist, kuhn: str) -> None:
        replies = ("--reply", "Move: bet", "--reply", "Move: check")
        said = arena("fork", kuhn, "--episode", "0", "--turn", "0", *replies, "--out", "runs/either")
        assert said.code == 0
        assert "Episodes: 2 completed" in said.out
        assert "player_0 bets." in "\n".join(spoken(arena, "either", 0))
        assert "player_0 checks." in "\n".join(spoken(arena, "either", 1))

    def test_have_the_agent_that_takes_over_in_its_seat(self, arena: Typist, kuhn: str) -> None:
        words = ("--episode", "0", "--turn", "1", "--with", "player_1=new=random", "--out", "runs/taken")
        assert arena("fork", kuhn, *words).code == 0
        episode = json.loads(arena("show", "taken", "0", "--json").out)
        assert episode["seats"]["player_1"] == "new"

    def test_of_one_seed_are_the_same_and_the_parent_is_left_as_it_was(
        self, arena: Typist, kuhn: str
    ) -> None:
        journal = arena.folder / "runs/kuhn/journal.sqlite"
        before = journal.read_bytes()
        said: list[list[list[str]]] = []
        for seed in "112":
            assert arena("fork", kuhn, "--seed", seed, "-n", "4", "--out", f"runs/f{len(said)}").code == 0
            said.append([spoken(arena, f"f{len(said)}", sibling) for sibling in range(16)])
        assert said[0] == said[1] != said[2]
        assert journal.read_bytes() == before

    def test_that_were_played_are_a_run_that_resumes(self, arena: Typist, kuhn: str) -> None:
        shown = arena("fork", kuhn, "--turn", "0", "--out", "runs/forked").out
        again = arena("resume", "forked")
        assert (again.code, again.out) == (0, shown)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--turn", "99"), "Episode 0 has turns 0 to "),
        (
            ("--turn", "1", "--seat", "player_0"),
            "Use either --turn, which names the turn, or --seat, which picks one at random",
        ),
        (("--turn", "1", "--at-label", "fork"), "Use either --turn, which names the turn,"),
        (("--at-label", "fork"), "The run in runs/kuhn has no turn with the label fork at which an episode"),
        (("--seat", "nobody"), "The run in runs/kuhn has no turn of nobody at which an episode can be"),
        (("--episode", "77"), "The run in runs/kuhn has no episode 77."),
        (("--with", "player_0"), "--with takes seat=agent, such as pro=random, not 'player_0'."),
        (
            ("--turn", "0", "--with", "nobody=random"),
            "Episode 0 has no seat nobody, so no agent can take it over.",
        ),
        (("--turn", "-1"), "--turn cannot be '-1'"),
    ],
    ids=[
        "no turn",
        "turn and seat",
        "turn and label",
        "no label",
        "no seat",
        "no episode",
        "no agent",
        "nobody's seat",
        "below 0",
    ],
)
def test_what_cannot_be_forked_is_refused_in_a_sentence(
    arena: Typist, kuhn: str, words: tuple[str, ...], sentence: str
) -> None:
    said = arena("fork", kuhn, *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"arena: {sentence}")
    assert said.err.count("\n") == 1
    assert [path.name for path in (arena.folder / "runs").iterdir()] == ["kuhn"]


def test_a_run_that_is_not_there_is_a_sentence(arena: Typist) -> None:
    said = arena("fork", "nowhere")
    assert (said.code, said.out) == (2, "")
    assert said.err == "arena: There is no run called 'nowhere'; `arena runs` lists those there are.\n"
