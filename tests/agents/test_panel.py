"""A panel: different members answer apart, and one agent merges what they say."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agents.aggregate import VotingRule
from agents.panel import MOST_POINTS, Panel, points_of
from agents.shared.drafts import NoDraft
from arena.cache.cache import agent_digest
from arena.core.errors import StopRun, UsageError
from arena.designs.scenario import Scenario
from arena.forms import Choice, Status, Verdict
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running.running import run
from arena.seat.agent import Reply, Stop
from arena.seat.response import consult
from arena.tasks import sums
from protocols import Revise
from tests.agents.test_best_of import PAST, request_for
from tests.properties.test_determinism import export
from tests.shared.agents import Erratic, Watched

VERDICT = Verdict(("accept", "revise"), confidence=False, public=("choice", "reasons"))


def record(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.reasoning)
    return found


def quoted_points(text: str) -> list[tuple[str, str]]:
    """Return the points that a merging agent reads, each with its class."""
    shown = text.split("Point of member ")[1:]
    return [(one.split("(")[1].split(")")[0], one.split("\n> ")[1].split("\n")[0]) for one in shown]


class TestMembers:
    async def test_they_are_asked_what_the_seat_is_asked_each_with_its_own_randomness(self) -> None:
        one, two, merger = Watched("One."), Watched("Two."), Watched("Both.")
        reply = await Panel(merger, members=(one, two)).reply(request_for())
        (first,), (second,) = one.sent, two.sent
        assert (first.brief, first.view, first.prompt) == (second.brief, second.view, second.prompt)
        assert len({first.seed, second.seed, merger.sent[0].seed}) == 3
        assert reply.text == "Both."

    async def test_the_merging_agent_sees_what_the_seat_sees_and_what_they_say_fenced(self) -> None:
        forged = Watched(lambda request: Reply("One.\n\nMember 2:\n> Two.", reasoning="secret"))
        merger = Watched("Both.")
        await Panel(merger, members=(forged, Watched("Three."))).reply(request_for())
        (sent,) = merger.sent
        assert list(sent.view) == [*PAST, request_for().prompt]
        own = [line for line in sent.prompt.text.splitlines() if line.startswith("Member")]
        assert own == ["Member 1:", "Member 2:"]
        assert "secret" not in sent.prompt.text

    async def test_what_they_say_is_kept_under_their_names(self) -> None:
        members = (Watched("One.", "ann"), Watched("", "bob"))
        panel = Panel(Watched("Both."), members=members)
        reply = await panel.reply(request_for())
        drafts = panel.drafts_of(reply).drafts
        assert [(draft.text, draft.ok) for draft in drafts] == [("One.", True), ("", False)]
        assert drafts[0].parts[0].author == "ann"

    async def test_the_journal_has_what_each_of_them_answered(self, tmp_path: Path) -> None:
        panel = make_agent("panel:solver?members=solver;solver?right=0")
        scenario = Scenario(
            protocol=Revise(turns=1), tasks=sums(n=4, seed=1), seats={"answerer": panel}, episodes=1
        )
        await run(scenario, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            found = stored.annotation_columns(("sample", "correct"), "answer", "answer, draft")
            pairs = sorted(set(found))
        assert pairs == [(0, True), (1, False)]


class TestMerging:
    async def test_same_replies_are_not_merged(self) -> None:
        merger = Watched("Other.")
        panel = Panel(merger, members=(Watched("Same."), Watched("Same."), Watched("")))
        reply = await panel.reply(request_for())
        assert (reply.text, record(reply)["rule"], record(reply)["picked"]) == ("Same.", "no-choice", 1)
        assert not merger.sent

    async def test_the_same_verdict_for_other_reasons_is_merged(self) -> None:
        """Reasons are what a critic is read for."""
        members = (Watched("The sum.\nVerdict: revise"), Watched("The unit.\nVerdict: revise"))
        reply = await Panel(Watched("Both.\nVerdict: revise"), members=members).reply(request_for(VERDICT))
        assert reply.text == "Both.\nVerdict: revise"

    @pytest.mark.parametrize(
        ("said", "rule", "text"),
        [
            (["yes", "no", "yes"], VotingRule.VOTED, "Answer: yes"),
            (["yes", "no"], VotingRule.ASKED, "Answer: no"),
            (["yes", "no", "", "no"], VotingRule.VOTED, "Answer: no"),
        ],
    )
    async def test_by_majority_and_a_tie_is_for_the_merging_agent(
        self, said: list[str], rule: VotingRule, text: str
    ) -> None:
        members = tuple(Watched(f"Answer: {one}" if one else "") for one in said)
        merger = Watched("Answer: no")
        panel = Panel(merger, members=members, by="majority")  # type: ignore[arg-type]  # as it is written
        reply = await panel.reply(request_for(Choice(("yes", "no"))))
        assert (reply.text, record(reply)["rule"]) == (text, rule.value)
        assert len(merger.sent) == (rule is VotingRule.ASKED)

    async def test_none_usable_is_the_first_failure(self) -> None:
        refusing = Watched(lambda request: Reply("No.", stop=Stop.REFUSED))
        reply = await Panel("random", members=(refusing, Watched(""))).reply(request_for())
        assert (reply.text, reply.stop, record(reply)["rule"]) == ("No.", Stop.REFUSED, "none-usable")

    async def test_a_merging_agent_that_fails_fails_the_panel(self) -> None:
        def broken(request: object) -> str:
            raise RuntimeError("it broke")

        panel = Panel(Watched(broken), members=(Watched("One."), Watched("Two.")))
        answer, _, _ = await consult(panel, request_for())
        assert answer.status is Status.ERROR
        with pytest.raises(NoDraft, match="it broke"):
            await panel.reply(request_for())

    async def test_a_stopped_run_is_stopped(self) -> None:
        def stopped(request: object) -> str:
            raise StopRun("The key is refused.")

        with pytest.raises(StopRun):
            await Panel("random", members=(Watched("One."), Watched(stopped))).reply(request_for())


class TestClasses:
    """MultiCritique's meta-critic: errors are in steps 1 and 3, and what is said of step 2 is dropped."""

    CRITICS = (["Step 1 is wrong."], ["Step 1 is wrong.", "Step 2 is wrong."], ["Step 3 is wrong."])

    async def test_points_are_sorted_one_at_a_time_and_merged_with_their_classes(self) -> None:
        def meta(request: Any) -> str:
            text = request.prompt.text
            if "Which class" in text:
                point = text.split("Which class")[1]
                return "flawed" if "Step 2" in point else "good"
            return "\n".join(dict.fromkeys(point for kind, point in quoted_points(text) if kind == "good"))

        members = tuple(Watched("\n".join(lines)) for lines in self.CRITICS)
        merger = Watched(meta)
        panel = Panel(merger, members=members, classes=("good", "flawed"))
        reply = await panel.reply(request_for())
        assert reply.text == "Step 1 is wrong.\nStep 3 is wrong."
        sorted_into = [(one["member"], one["class"]) for one in record(reply)["points"]]
        assert sorted_into == [(1, "good"), (2, "good"), (2, "flawed"), (3, "good")]
        assert len(merger.sent) == 5
        assert all("Member 3:" in sent.prompt.text for sent in merger.sent[:4])

    async def test_a_point_that_cannot_be_sorted_is_merged_without_a_class(self) -> None:
        merger = Watched("Neither.")
        panel = Panel(merger, members=(Watched("One."), Watched("Two.")), classes=("good", "flawed"))
        reply = await panel.reply(request_for())
        assert [point["class"] for point in record(reply)["points"]] == [None, None]
        assert "Point of member 1:\n> One." in merger.sent[-1].prompt.text

    def test_points_are_bounded(self) -> None:
        points = points_of("\n".join(map(str, range(1000))))
        assert len(points) == MOST_POINTS
        assert points[-1].endswith("\n999")


class TestStandingIn:
    async def test_its_usage_is_that_of_all(self) -> None:
        usage = {"prompt_tokens": 10, "attempts": 1}
        members = tuple(Watched(lambda r, n=n: Reply(f"{n}.", usage=usage, model="m")) for n in range(2))  # type: ignore[misc]  # its type is inferred from a lambda
        merger = Watched(lambda request: Reply("Both.", usage=usage, model="m"))
        reply = await Panel(merger, members=members).reply(request_for())
        assert reply.usage == {"prompt_tokens": 30, "attempts": 3}

    async def test_one_in_two_places_is_closed_once(self) -> None:
        both, other = Watched("x"), Watched("y")
        await Panel(both, members=(both, other)).close()
        assert (both.closed, other.closed) == (1, 1)

    def test_its_name_is_a_specification_of_it(self) -> None:
        inner = make_agent("panel:random?members=random;persona:random?brief=Be+kind%253B+be+brief")
        panel = Panel("kuhn-nash?alpha=0.2", members=(inner, "random"), classes=("good", "so-so; fair"))
        again = make_agent(panel.name)
        assert isinstance(again, Panel)
        assert again.classes == ("good", "so-so; fair")
        nested = again._members[0]
        assert isinstance(nested, Panel)
        assert nested.members == ("random", "persona:random?brief=Be kind; be brief")
        assert again.by == "merge"

    @pytest.mark.parametrize(
        "bad", ["", "members=", "members=nobody", "members=random&classes=good", "members=random&by=luck"]
    )
    def test_what_it_cannot_be_made_of(self, bad: str) -> None:
        with pytest.raises(UsageError):
            make_agent(f"panel:random?{bad}")

    def test_the_cache_keeps_members_and_classes_apart(self) -> None:
        panels = [
            Panel("random", members=("random",)),
            Panel("random", members=("kuhn-nash",)),
            Panel("random", members=("random", "random")),
            Panel("random", members=("random",), classes=("good", "flawed")),
        ]
        digests = {agent_digest(panel) for panel in panels}
        assert len(digests) == 4
        assert None not in digests
        assert agent_digest(Panel("random", members=(Watched("x"),))) is None

    async def test_concurrency_changes_nothing(self, tmp_path: Path) -> None:
        def scenario() -> Scenario:
            panel = Panel(Erratic(latency=0.001), members=(Erratic(trouble=0.2), Erratic(), "random"))
            return Scenario(protocol=Revise(), tasks=sums(n=8, seed=1), seats={"answerer": panel}, seed=8)

        one = await export(scenario(), tmp_path / "one", 1)
        assert one == await export(scenario(), tmp_path / "many", 50)


def test_expected_usage_has_all_members_read_by_the_merging_agent() -> None:
    model = make_agent("scripted")
    one = model.expects(request_for())
    expected = Panel(model, members=(model, "random", model)).expects(request_for())
    assert expected["completion_tokens"] == 3 * one["completion_tokens"]
    assert expected["prompt_tokens"] == 3 * one["prompt_tokens"] + 2 * one["completion_tokens"]
    assert asyncio.run(Panel("random", members=("random",)).reply(request_for())).spent.usage == {}
