"""The response cache: what was answered is not asked again, and only what is the same is taken for it."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import arena.cache._file
import arena.cache.cache
from agents.scripted import ScriptedModel, Trouble
from arena import Scenario
from arena.cache._file import CacheFile, Key, Others
from arena.cache.cache import Cache, CacheCounts, Cached, Miss, agent_digest, open_cache, shaping_digest
from arena.core.errors import CacheError, StopRun
from arena.core.seeds import derive
from arena.forms import Choice, Form, Move, Number, Probability, Speech
from arena.journal import StoredRun
from arena.journal.schema import connect
from arena.results.usage import Usage, spending
from arena.running import run
from arena.running.running import Progress
from arena.seat.agent import REPAIRED, Agent, AnsweredBy, Reply, Request, Stop, Tokens
from arena.seat.messages import SYSTEM_FOLDED
from arena.seat.parts import ReplyPart
from arena.seat.response import consult
from arena.seat.transcript import NOBODY, Event, EventKind, Transcript, View
from arena.spending.budget import Budget
from arena.spending.limits import Caps, TotalUsage
from arena.spending.prices import Prices
from arena.training.export.rows import MENDED
from protocols import Play
from tests.arena.training.export.making import rows
from tests.properties.test_determinism import exported
from tests.shared.examples import few
from tests.shared.waiting import until

YES = Reply("Yes.", "Hm.", usage={"prompt_tokens": 3}, model="tempered", tokens=Tokens(ids=(1, 2)))
KEY = Key(b"agent", "ann", 7, b"request")


def a_request(form: Form[Any] | None = None, root: int = 7) -> Request:
    form = form or Speech()
    view = View([Event(EventKind.TOLD, None, NOBODY, "Begin.", '{"pot":1}')], 1)
    prompt = Event(EventKind.ASKED, "ann", NOBODY, "What now?", '{"state":"K"}')
    return Request("ann", "You are Ann.", view, prompt, form, 0, root)


def kuhn(*agents: Agent | str, episodes: int = 20, **settings: Any) -> Scenario:
    seats = dict(zip(("player_0", "player_1"), agents * 2, strict=False))
    return Scenario(
        **{"protocol": Play(hands=3), "seats": seats, "episodes": episodes, "seed": 3, **settings}
    )


def without_spent(folder: Path) -> list[Any]:
    """Return a run's export, less what its calls took."""
    episodes = [json.loads(line) for line in exported(folder).splitlines()]
    for episode in episodes:
        for call in episode["calls"]:
            del call["spent"]
    return episodes


@asynccontextmanager
async def cached(path: Path, *agents: Agent) -> AsyncIterator[tuple[CacheCounts, list[Cached]]]:
    async with open_cache(path) as cache:
        assert cache is not None
        yield cache.counts, [Cached(agent, cache) for agent in agents]


class TestSecondRun:
    async def test_asks_the_model_nothing_and_is_the_same_but_for_what_it_took(self, tmp_path: Path) -> None:
        first, second = ScriptedModel(), ScriptedModel()
        await run(kuhn(first), tmp_path / "one", cache=tmp_path / "cache.sqlite")
        result = await run(kuhn(second), tmp_path / "two", cache=tmp_path / "cache.sqlite", concurrency=3)
        assert len(first.requests) > 100
        assert second.calls == 0
        assert result.cache is not None
        assert (result.cache.hits, result.cache.misses) == (len(first.requests), Counter())
        assert without_spent(tmp_path / "one") == without_spent(tmp_path / "two")

    async def test_takes_nothing(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            await run(kuhn(ScriptedModel()), tmp_path / name, cache=tmp_path / "cache.sqlite")
        with StoredRun(tmp_path / "two") as stored:
            spent = [call.spent for episode in stored.episodes() for call in episode.calls]
        assert {str(dict(one.usage)) for one in spent} == {"{'cache_hits': 1}"}
        assert {(one.model, one.cost, len(one.faults)) for one in spent} == {("scripted", 0.0, 0)}

    async def test_counts_toward_no_cap(self, tmp_path: Path) -> None:
        budget = Budget(
            Caps(calls=1, tokens=300, dollars=1), Prices({"tempered": {"prompt": 1, "completion": 1}})
        )
        request = a_request()
        async with cached(tmp_path / "c.sqlite", Tempered()) as (_, (agent,)):
            await agent.reply(request)
            for _ in range(3):
                guess = budget.guess(agent, request._replace(count=1))
                assert guess is not None
                held = await budget.reserve(agent, guess)
                spent = budget.settle(agent, held, (await agent.reply(request)).spent, answered=True)
                assert spent.cost == 0.0
        assert budget.spent == TotalUsage()

    async def test_takes_nothing_in_tables_of_usage(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            await run(kuhn(ScriptedModel()), tmp_path / name, cache=tmp_path / "cache.sqlite")
        with StoredRun(tmp_path / "one") as one, StoredRun(tmp_path / "two") as two:
            first, second = spending(one).total, spending(two).total
        assert first.prompt_tokens > 1000
        assert second == Usage(calls=first.calls, told=first.calls, cache_hits=first.calls)

    async def test_exports_the_same_rows_masked_and_folded_as_the_first(self, tmp_path: Path) -> None:
        """A reply that was mended is masked, and a brief that was folded stands in the first user message."""
        found = []
        for name in ("one", "two"):
            model = Stammering()
            await run(kuhn(model, episodes=4), tmp_path / name, cache=tmp_path / "cache.sqlite")
            assert bool(model.asked) is (name == "one")
            with StoredRun(tmp_path / name) as stored:
                found.append([(row.prompt, row.masked) for one in stored.episodes() for row in rows(one)])
        assert found[0] == found[1]
        assert {masked for _, masked in found[0]} == {MENDED}
        assert {prompt[0].role for prompt, _ in found[0]} == {"user"}

    async def test_asks_again_what_failed(self, tmp_path: Path) -> None:
        def met(request: Request, attempt: int) -> Trouble | None:
            return [None, Trouble.REFUSAL, Trouble.TRUNCATION][request.seed % 3]

        first = ScriptedModel(faults=met)
        await run(kuhn(first), tmp_path / "one", cache=tmp_path / "cache.sqlite")
        refused = {request.seed for request in first.requests if request.seed % 3}
        second = ScriptedModel(faults=met)
        await run(kuhn(second), tmp_path / "two", cache=tmp_path / "cache.sqlite")
        assert {request.seed for request in second.requests} == refused
        assert without_spent(tmp_path / "one") == without_spent(tmp_path / "two")

    async def test_looks_nothing_up_for_agents_without_a_model(self, tmp_path: Path) -> None:
        result = await run(kuhn("random"), tmp_path / "run", cache=tmp_path / "cache.sqlite")
        assert result.cache == CacheCounts()

    async def test_that_resumes_reads_its_tape_first(self, tmp_path: Path) -> None:
        whole = ScriptedModel()
        await run(kuhn(whole, episodes=60), tmp_path / "whole", cache=tmp_path / "cache.sqlite")
        progress, model = Progress(), ScriptedModel(latency=0.001)
        stopping = asyncio.ensure_future(run(kuhn(model, episodes=60), tmp_path / "run", progress=progress))
        await until(lambda: progress.done > 20)
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
        with StoredRun(tmp_path / "run") as stored:
            taped = sum(len(episode.calls) for episode in stored.episodes())
        result = await run(
            kuhn(ScriptedModel(), episodes=60), tmp_path / "run", resume=True, cache=tmp_path / "cache.sqlite"
        )
        assert result.cache is not None
        assert result.cache.hits == len(whole.requests) - taped
        assert result.cache.misses.total() == 0
        assert without_spent(tmp_path / "run") == without_spent(tmp_path / "whole")


class Named(Agent):
    """An agent with a model that does not say what it is shaped by."""

    name = "named"
    priced_as = "named"

    async def reply(self, request: Request) -> Reply:
        return Reply("Yes.")


@dataclass
class Tempered(Agent):
    """A model with a setting; counts what it is asked."""

    temperature: float = 0.5
    options: Mapping[str, Any] | None = None
    answer: Reply = YES

    priced_as = "tempered"

    def __post_init__(self) -> None:
        self.asked = 0
        self.opened = self.closed = 0

    async def reply(self, request: Request) -> Reply:
        self.asked += 1
        return self.answer

    def expects(self, request: Request) -> Mapping[str, int]:
        return {"prompt_tokens": request.count}

    async def open(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        self.closed += 1


class Stammering(Tempered):
    """A model whose server wants the brief in the first user message and breaks characters."""

    async def reply(self, request: Request) -> Reply:
        self.asked += 1
        return Reply(request.form.sample(request.random()), "Hm \ud83d", notes=(SYSTEM_FOLDED,))


@dataclass
class Other(Tempered):
    """The same, of another class."""


def _seen(request: Request, **changes: Any) -> Request:
    return request._replace(view=View([request.view[0]._replace(**changes)], 1))


def _prompted(request: Request, **changes: Any) -> Request:
    return request._replace(prompt=request.prompt._replace(**changes))


@dataclass(frozen=True, slots=True)
class Wordy(Speech):
    """A form that says the same as another, of another type."""


@dataclass(frozen=True, slots=True)
class Schemed(Speech):
    """A form whose schema alone can be changed."""

    most: int = 9

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "properties": {"speech": {"type": "string", "maxLength": self.most}}}


CHANGES: Mapping[str, tuple[Miss, Callable[[Request, str], Request]]] = {
    "brief": (Miss.CHANGED, lambda request, text: request._replace(brief=request.brief + text)),
    "seen text": (Miss.CHANGED, lambda request, text: _seen(request, text=text)),
    "seen payload": (Miss.CHANGED, lambda request, text: _seen(request, payload=json.dumps(text))),
    "seen kind": (Miss.CHANGED, lambda request, _: _seen(request, kind=EventKind.SAID)),
    "seen seat": (Miss.CHANGED, lambda request, text: _seen(request, seat=text)),
    "shorter view": (Miss.CHANGED, lambda request, _: request._replace(view=View([], 0))),
    "prompt text": (Miss.CHANGED, lambda request, text: _prompted(request, text=text)),
    "prompt payload": (Miss.CHANGED, lambda request, text: _prompted(request, payload=json.dumps(text))),
    "form": (Miss.CHANGED, lambda request, _: request._replace(form=Wordy())),
    "instructions": (Miss.CHANGED, lambda request, text: request._replace(form=Speech(words=len(text)))),
    "seat": (Miss.OTHER_PLACE, lambda request, text: request._replace(seat=text)),
    "root": (Miss.OTHER_PLACE, lambda request, text: request._replace(root=derive(request.root, text))),
    "count": (Miss.OTHER_PLACE, lambda request, text: request._replace(count=len(text))),
}


class TestMisses:
    @pytest.mark.parametrize("ingredient", CHANGES)
    @few
    @given(data=st.data())
    def test_any_single_change_misses_and_says_why(
        self, ingredient: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        reason, change = CHANGES[ingredient]
        text = data.draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9))
        request = a_request(root=data.draw(st.integers(0, 2**62)))

        async def main() -> None:
            model = Tempered()
            async with cached(tmp_path_factory.mktemp("cache") / "c.sqlite", model) as (counts, (agent,)):
                await agent.reply(request)
                await agent.reply(request)
                assert (counts.hits, model.asked) == (1, 1)
                await agent.reply(change(request, text))
                assert (counts.hits, model.asked) == (1, 2)
                assert counts.misses == {Miss.NEVER: 1, reason: 1}
                await agent.reply(request)
                await agent.reply(change(request, text))
                assert (counts.hits, model.asked) == (3, 2)

        asyncio.run(main())

    @pytest.mark.parametrize(
        "other", [Tempered(0.6), Tempered(options={"a": 1}), Other(), Tempered(answer=Reply("No."))]
    )
    async def test_another_agent_misses(self, other: Tempered, tmp_path: Path) -> None:
        async with cached(tmp_path / "c.sqlite", Tempered(), other, Tempered()) as (
            counts,
            (one, two, three),
        ):
            for agent in (one, two, three, two):
                await agent.reply(a_request())
        assert (counts.hits, counts.misses) == (2, {Miss.NEVER: 1, Miss.OTHER_AGENT: 1})

    async def test_what_was_kept_when_requests_were_sent_otherwise_is_asked_again_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before, messages of one role in a row were sent one by one."""
        with monkeypatch.context() as earlier:
            earlier.setattr(
                arena.cache.cache, "agent_digest", lambda agent, made_by=1: agent_digest(agent, 1)
            )
            async with cached(tmp_path / "c.sqlite", Tempered()) as (_, (agent,)):
                await agent.reply(a_request())
        async with cached(tmp_path / "c.sqlite", Tempered(), Tempered(0.6)) as (counts, (agent, other)):
            for _ in range(2):
                await agent.reply(a_request())
            await other.reply(a_request())
        assert (counts.hits, counts.misses) == (1, {Miss.SENT_OTHERWISE: 1, Miss.OTHER_AGENT: 1})

    async def test_two_changes_at_once_were_never_asked(self, tmp_path: Path) -> None:
        async with cached(tmp_path / "c.sqlite", Tempered(), Other()) as (counts, (one, two)):
            await one.reply(a_request())
            await two.reply(a_request(root=8))
        assert counts.misses == {Miss.NEVER: 2}

    async def test_an_agent_that_cannot_be_told_from_others_is_asked_each_time(self, tmp_path: Path) -> None:
        untold = Named(), ScriptedModel(lambda request: "Yes."), Tempered(options={"a": object()})
        async with cached(tmp_path / "c.sqlite", *untold) as (counts, agents):
            for agent in [*agents, *agents]:
                await agent.reply(a_request())
        assert (counts.hits, counts.misses) == (0, {Miss.UNKEYED: 6})

    async def test_a_reply_that_its_form_reads_no_longer_is_asked_for_again(self, tmp_path: Path) -> None:
        request = a_request(Choice(("Yes.", "No.")))
        model = Tempered()
        async with cached(tmp_path / "c.sqlite", model) as (counts, (agent,)):
            await agent.reply(request)
            connection = sqlite3.connect(tmp_path / "c.sqlite")
            connection.execute("UPDATE replies SET text = 'Perhaps.'")
            connection.commit()
            connection.close()
            assert (await agent.reply(request)).text == "Yes."
            assert counts.misses == {Miss.NEVER: 1, Miss.UNUSABLE: 1}
            await agent.reply(request)
        assert (counts.hits, model.asked) == (1, 2)

    @pytest.mark.parametrize("stop", [Stop.REFUSED, Stop.TRUNCATED])
    async def test_a_refused_or_cut_off_reply_is_not_kept_however_well_it_reads(
        self, stop: Stop, tmp_path: Path
    ) -> None:
        model = Tempered(answer=Reply("Yes.", stop=stop))
        async with cached(tmp_path / "c.sqlite", model) as (counts, (agent,)):
            await agent.reply(a_request())
            await agent.reply(a_request())
        assert (counts.misses, model.asked) == ({Miss.NEVER: 2}, 2)

    def test_are_told_in_a_line(self) -> None:
        counts = CacheCounts(1120, Counter({Miss.CHANGED: 10, Miss.NEVER: 20}))
        assert str(counts) == "1,120 hits, 30 misses (20 never asked, 10 the request has changed)"
        assert str(CacheCounts()) == "0 hits, 0 misses"


class TestDigests:
    def test_of_a_request_go_by_what_its_episode_takes_them_of(self) -> None:
        events = [Event(EventKind.TOLD, None, frozenset(("ann",)), text) for text in ("Begin.", "Go on.")]
        transcript = Transcript({"ann": "You are Ann."})
        digests = set()
        for event in events:
            transcript.tell(event)
            request = a_request()._replace(view=transcript.view("ann"))
            digests.add(shaping_digest(request))
        assert len(digests) == 2

    def test_of_an_agent_do_not_depend_on_the_order_of_its_options(self) -> None:
        one, two = Tempered(options={"a": 1, "b": [2.5]}), Tempered(options={"b": [2.5], "a": 1})
        assert agent_digest(one) == agent_digest(two) is not None

    def test_of_a_scripted_model_are_of_its_script_alone(self) -> None:
        assert agent_digest(ScriptedModel("a", latency=1, faults="429")) == agent_digest(ScriptedModel("a"))
        assert agent_digest(ScriptedModel(["a", Reply("b")])) != agent_digest(
            ScriptedModel(["a", Reply("c")])
        )

    def test_of_a_form_hold_its_schema(self) -> None:
        assert shaping_digest(a_request(Schemed(most=1))) != shaping_digest(a_request(Schemed(most=2)))

    @pytest.mark.parametrize(
        "form", [Speech(), Choice(("a",)), Move(("a",)), Number(), Probability("it rains")]
    )
    def test_of_a_form_do_not_hold_how_often_it_is_asked_again(self, form: Form[Any]) -> None:
        again = type(form)(**{name: getattr(form, name) for name in form.__slots__}, retries=7)
        assert shaping_digest(a_request(form)) == shaping_digest(a_request(again))


class TestCachedAgent:
    async def test_passes_on_whatever_else_there_is_of_its_agent(self, tmp_path: Path) -> None:
        model = Tempered()
        model.name = "mine"
        async with cached(tmp_path / "c.sqlite", model) as (_, (agent,)):
            assert (agent.name, agent.priced_as, agent.shaped_by) == ("mine", "tempered", model.shaped_by)
            assert agent.expects(a_request()._replace(count=4)) == {"prompt_tokens": 4}
            await agent.open()
            await agent.close()
        assert (model.opened, model.closed) == (1, 1)

    async def test_gives_all_of_a_reply_back_but_what_it_took(self, tmp_path: Path) -> None:
        tokens = Tokens(
            ("Y", "es."), (1, 2), (-0.5, -1.5), ({"Y": -0.5},), (3, 4), {"Yes.": 0.75, "No.": 0.25}
        )
        whole = Reply(
            '{"speech":"Yés\\ud83d"}', "Hm.\x00", Stop.COMPLETE, {"a": 1}, True, "m", ("x",), tokens
        )._replace(notes=(SYSTEM_FOLDED, "top_k is left out"))
        async with cached(tmp_path / "c.sqlite", Tempered(answer=whole)) as (_, (agent,)):
            first = await agent.reply(a_request())
            second = await agent.reply(a_request())
        assert first == whole
        usage = second.usage
        assert usage == {"cache_hits": 1}
        found = second.tokens
        assert found is not None
        assert [list(part) for part in found[:3]] == [["Y", "es."], [1, 2], [-0.5, -1.5]]
        assert found.answers == tokens.answers
        assert second._replace(tokens=None) == whole._replace(usage=usage, faults=(), tokens=None)
        assert found == tokens

    async def test_a_reply_that_is_none_fails_as_it_would_without(self, tmp_path: Path) -> None:
        broken: Any = "Yes."
        bare, _, _ = await consult(Tempered(answer=broken), a_request())
        async with cached(tmp_path / "c.sqlite", Tempered(answer=broken)) as (_, (agent,)):
            assert (await consult(agent, a_request()))[0] == bare


class TestTrouble:
    """A cache that cannot be used is one sentence; nothing that was paid for is lost by it."""

    def make(self, path: Path) -> Path:
        file = CacheFile(path)
        file.open()
        for number in range(2000):
            file.keep(KEY._replace(seed=number), Reply(f"reply {number}" * 9))
        file.close()
        return path

    def test_a_file_that_is_something_else(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_text("my notes " * 1000)
        with pytest.raises(CacheError, match="is not a response cache"):
            CacheFile(tmp_path / "c").open()
        assert (tmp_path / "c").read_text().startswith("my notes")

    def test_another_database(self, tmp_path: Path) -> None:
        connect(tmp_path / "journal.sqlite", write=True, new=True).close()
        before = (tmp_path / "journal.sqlite").read_bytes()
        with pytest.raises(CacheError, match="is a database, but not a response cache"):
            CacheFile(tmp_path / "journal.sqlite").open()
        assert (tmp_path / "journal.sqlite").read_bytes() == before

    @pytest.mark.parametrize(
        ("version", "lacking"),
        [(1, ("reported_model", "fingerprint", "notes", "parts")), (2, ("notes", "parts")), (3, ("parts",))],
    )
    def test_one_of_an_earlier_version_is_brought_up_to_date(
        self, tmp_path: Path, version: int, lacking: tuple[str, ...]
    ) -> None:
        connection = sqlite3.connect(self.make(tmp_path / "c"))
        for column in lacking:
            connection.execute(f"ALTER TABLE replies DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        file = CacheFile(tmp_path / "c")
        file.open()
        assert file.find(KEY._replace(seed=7)) == Reply("reply 7" * 9, usage={"cache_hits": 1})
        new = Reply.of_parts(ReplyPart("n"), ReplyPart("ew", "teacher", "2", trains=False))
        new = new._replace(answered_by=AnsweredBy("m-2026-01-01", "fp_1"), notes=(REPAIRED,))
        file.keep(KEY, new)
        assert file.find(KEY) == new._replace(usage={"cache_hits": 1})
        file.close()

    def test_one_that_a_newer_version_wrote(self, tmp_path: Path) -> None:
        connection = sqlite3.connect(self.make(tmp_path / "c"))
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        with pytest.raises(CacheError, match="written by a newer Arena: it has schema 99"):
            CacheFile(tmp_path / "c").open()

    def test_one_that_is_cut_short(self, tmp_path: Path) -> None:
        path = self.make(tmp_path / "c")
        path.write_bytes(path.read_bytes()[:50_000])
        with pytest.raises(CacheError, match=r"is damaged .* remove it"):
            CacheFile(path).open()

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(CacheError, match="cannot be opened"):
            CacheFile(tmp_path).open()

    def test_one_in_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CacheError, match="cannot be opened"):
            CacheFile(tmp_path / "file" / "c").open()

    def test_one_that_another_program_holds(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(arena.cache._file, "BUSY_SECONDS", 0.05)
        holder = sqlite3.connect(self.make(tmp_path / "c"), isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CacheError, match="locked by another program"):
            CacheFile(tmp_path / "c").open()
        holder.close()

    async def test_stops_a_run_before_it_begins(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_text("my notes " * 1000)
        with pytest.raises(CacheError):
            await run(kuhn(ScriptedModel()), tmp_path / "run", cache=tmp_path / "c")
        assert not (tmp_path / "run").exists()

    async def test_that_comes_later_loses_no_reply_and_stops_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(self: CacheFile, key: Key, reply: Reply) -> None:
            raise CacheError("The disk is full.")

        model = ScriptedModel()
        monkeypatch.setattr(CacheFile, "keep", fail)
        with pytest.raises(StopRun, match=r"The disk is full\. The run is stopped"):
            await run(kuhn(model), tmp_path / "run", cache=tmp_path / "c", concurrency=1)
        with StoredRun(tmp_path / "run") as stored:
            taped = [call for episode in stored.episodes() for call in episode.calls]
        assert len(taped) == len(model.requests) == 1

    async def test_that_comes_on_looking_up_asks_no_model(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(self: CacheFile, key: Key) -> Reply | Others:
            raise CacheError("The cache is damaged.")

        model = ScriptedModel()
        monkeypatch.setattr(CacheFile, "find", fail)
        with pytest.raises(StopRun, match="The cache is damaged"):
            await run(kuhn(model), tmp_path / "run", cache=tmp_path / "c")
        assert model.calls == 0


SHARING = """if True:
    import sys
    from pathlib import Path
    from arena.seat.agent import Reply
    from arena.cache._file import CacheFile, Key
    for number in range(100):
        file = CacheFile(Path(sys.argv[1]) / f"{number}.sqlite")
        file.open()
        file.keep(Key(sys.argv[2].encode(), "ann", 7, b"request"), Reply("Yes."))
        file.close()
"""
FILLING = """if True:
    import sys
    from pathlib import Path
    from arena.seat.agent import Reply
    from arena.cache._file import CacheFile, Key
    file = CacheFile(Path(sys.argv[1]))
    file.open()
    print("open", flush=True)
    number = 0
    while True:
        file.keep(Key(b"agent", "ann", number, b"request"), Reply(str(number) * 20))
        print(number, flush=True)
        number += 1
"""


class TestProcesses:
    @pytest.mark.slow
    def test_may_share_a_file_from_its_making_on(self, tmp_path: Path) -> None:
        sharing = [
            subprocess.Popen(
                [sys.executable, "-c", SHARING, str(tmp_path), f"agent {number}"], stderr=subprocess.PIPE
            )
            for number in range(4)
        ]
        for process in sharing:
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said.decode()
        for file in tmp_path.glob("*.sqlite"):
            connection = sqlite3.connect(file)
            assert connection.execute("SELECT count(*) FROM replies").fetchone() == (4,)
            connection.close()
        assert [file.suffix for file in tmp_path.iterdir()] == [".sqlite"] * 100

    def test_that_are_killed_leave_it_whole_with_all_they_kept(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", FILLING, str(tmp_path / "c")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        kept = [int(line) for line in said.splitlines() if line][:-1]  # the last line may be cut off
        assert kept
        file = CacheFile(tmp_path / "c")
        file.open()
        for number in kept:
            found = file.find(Key(b"agent", "ann", number, b"request"))
            assert isinstance(found, Reply)
            assert found.text == str(number) * 20
        file.close()
        connection = sqlite3.connect(tmp_path / "c")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


class TestOpening:
    async def test_without_a_path_there_is_none(self) -> None:
        async with open_cache(None) as cache:
            assert cache is None

    async def test_leaves_one_file_behind(self, tmp_path: Path) -> None:
        async with cached(tmp_path / "new" / "c.sqlite", Tempered()) as (_, (agent,)):
            await agent.reply(a_request())
        assert [file.name for file in (tmp_path / "new").iterdir()] == ["c.sqlite"]

    async def test_may_be_cancelled(self, tmp_path: Path) -> None:
        async def main() -> Cache | None:
            async with open_cache(tmp_path / "c.sqlite") as cache:
                return cache

        task = asyncio.ensure_future(main())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        again = CacheFile(tmp_path / "c.sqlite")
        again.open()
        again.close()
