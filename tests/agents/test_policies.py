"""Agents that play by a policy: given in a file, Kuhn's equilibria, or found by CFR+."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.policies import Cfr, KuhnNash, Table
from arena.core.errors import UsageError
from arena.registry import make_agent
from arena.seat.agent import PolicyAgent
from games import load, theory
from protocols import Play
from protocols.exploitability import exploitability
from tests.agents.asking import moves_of, requests_in


async def policy_of(agent: PolicyAgent, game: str) -> theory.Profile:
    profile: list[dict[str, dict[int, float]]] = [{} for _ in range(load(game).num_players)]
    for (player, state), request in (await requests_in(game)).items():
        moves = request.prompt.data["moves"]
        told = await agent.distribution(request)
        profile[player][state] = {moves[move]: chance for move, chance in told.items()}
    return profile


class TestKuhnNash:
    @pytest.mark.parametrize("alpha", [0, 0.1, 0.2, 1 / 3])
    async def test_every_member_of_the_family_is_an_equilibrium(self, alpha: float) -> None:
        profile = await policy_of(KuhnNash(alpha=alpha), "kuhn")
        assert theory.nash_conv(load("kuhn"), profile) == pytest.approx(0, abs=1e-12)
        assert theory.expected_returns(load("kuhn"), profile)[0] == pytest.approx(-1 / 18)

    async def test_alpha_is_how_often_the_jack_bluffs(self) -> None:
        request = (await requests_in("kuhn"))[0, "J"]
        assert (await KuhnNash(alpha=0.2).distribution(request))["bet"] == pytest.approx(0.2)
        counts = await moves_of(KuhnNash(alpha=0.2), request, 3000)
        assert counts["bet"] / 3000 == pytest.approx(0.2, abs=0.03)

    @pytest.mark.parametrize("alpha", ["-0.1", "0.5", "much"])
    def test_another_alpha_is_refused(self, alpha: str) -> None:
        with pytest.raises(UsageError, match="alpha"):
            make_agent(f"kuhn-nash?alpha={alpha}")

    async def test_it_plays_no_other_game(self) -> None:
        request = next(iter((await requests_in("leduc")).values()))
        with pytest.raises(ValueError, match="plays only kuhn, not leduc"):
            await KuhnNash().reply(request)


class TestCfr:
    async def test_it_comes_close_to_an_equilibrium(self) -> None:
        profile = await policy_of(Cfr(iterations=500), "kuhn")
        assert theory.nash_conv(load("kuhn"), profile) < 0.01

    async def test_it_plays_what_the_solver_found(self) -> None:
        told = await policy_of(Cfr(iterations=20), "kuhn")
        for found, policy in zip(theory.cfr_plus(load("kuhn"), 20), told, strict=True):
            assert found.keys() == policy.keys()
            for state, chances in found.items():
                assert policy[state] == pytest.approx(dict(chances))

    async def test_it_solves_each_game_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        solved: list[str] = []

        def counted(game: object, iterations: int) -> theory.Profile:
            solved.append(str(game))
            return theory.cfr_plus(load("kuhn"), iterations)

        monkeypatch.setattr("agents.policies.cfr_plus", counted)
        agent = Cfr(iterations=5)
        for request in (await requests_in("kuhn")).values():
            await agent.reply(request)
        assert len(solved) == 1

    @pytest.mark.parametrize("iterations", ["0", "-1", "2.5"])
    def test_iterations_are_a_positive_whole_number(self, iterations: str) -> None:
        with pytest.raises(UsageError, match="iterations"):
            make_agent(f"cfr?iterations={iterations}")


class TestTable:
    @staticmethod
    def write(path: Path) -> Path:
        profile = [
            {
                state: {str(action): chance for action, chance in chances.items()}
                for state, chances in policy.items()
            }
            for policy in theory.uniform(load("kuhn"))
        ]
        file = path / "policy.json"
        file.write_text(json.dumps(profile))
        return file

    async def test_it_plays_what_the_file_says(self, tmp_path: Path) -> None:
        agent = make_agent(f"table:{self.write(tmp_path)}")
        assert isinstance(agent, Table)
        assert (await exploitability(agent)).value == pytest.approx(0.4583, abs=1e-4)

    async def test_a_state_that_the_file_leaves_out_is_a_failure_to_answer(self, tmp_path: Path) -> None:
        file = tmp_path / "policy.json"
        file.write_text('[{"K": {"0": 1, "1": 0}}, {}]')
        agent = Table(file)
        requests = await requests_in("kuhn")
        assert (await agent.reply(requests[0, "K"])).text == "check"
        with pytest.raises(ValueError, match="'J'"):
            await agent.reply(requests[0, "J"])

    @pytest.mark.parametrize("content", ["", "{}", '[{"J": {"bet": 1}}]', "[1]"])
    def test_a_file_of_something_else_is_refused_in_a_sentence(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "policy.json").write_text(content)
        with pytest.raises(UsageError):
            make_agent(f"table:{tmp_path / 'policy.json'}")

    def test_a_missing_file_is_refused_in_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"nowhere\.json"):
            make_agent(f"table:{tmp_path / 'nowhere.json'}")


async def test_something_else_than_a_game_is_refused() -> None:
    from arena.forms import Speech
    from tests.agents.test_random import request

    with pytest.raises(ValueError, match="plays games"):
        await KuhnNash().reply(request(Speech()))  # type: ignore[arg-type]


async def test_moves_that_are_told_in_words_alone_are_refused_in_a_sentence() -> None:
    from arena.core.errors import NoAnswer
    from tests.shared.playing import play

    with pytest.raises(NoAnswer, match=r"needs a list of the moves, and number-guessing.* has too many to"):
        await play(Play(game="number-guessing?rounds=1&highest=5"), Cfr(iterations=2))


async def test_hands_of_a_repeated_game_are_played_each_by_the_policy(tmp_path: Path) -> None:
    from arena.episode.outcome import Ending
    from tests.shared.playing import play

    agents = {"player_0": KuhnNash(), "player_1": Cfr(iterations=10)}
    playing = await play(Play(hands=20), agents)
    assert playing.outcome.ending is Ending.COMPLETED
