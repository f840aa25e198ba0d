"""What is said to llama.cpp's bindings, and what is made of what they say."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from agents.local import llama
from agents.local.backend import Ask
from agents.local.llama import Llama
from arena.core.errors import PromptTooLong, StopRun
from arena.forms import Choice
from arena.seat.agent import Tokens
from arena.seat.messages import SYSTEM_FOLDED
from tests.agents.local.models import USAGE, bindings, chunk

SCHEMA = Choice(("a", "b")).schema()
CHAT = [{"role": "user", "content": "a or b?"}]
END = {"choices": [], "usage": {**USAGE, "prompt_tokens_details": {"cached_tokens": 0}}}


def ask(
    schema: Mapping[str, Any] | None = None, seed: int = 5, reuse: bool = False, logprobs: int | None = None
) -> Ask:
    return Ask(CHAT, schema, seed, 0.7, 10, reuse, logprobs)


def loaded(monkeypatch: pytest.MonkeyPatch, chunks: Sequence[Mapping[str, Any]]) -> tuple[Llama, Any]:
    """A model that answers with `chunks`, and the bindings that it came by."""
    module: Any = bindings(chunks)
    monkeypatch.setitem(sys.modules, "xllamacpp", module)
    return Llama(Path("own.gguf"), 2, 1024), module


def going_on() -> bool:
    return False


class TestLoading:
    def test_threads_that_wait_spin_for_a_moment_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
        loaded(monkeypatch, [])
        assert os.environ["GOMP_SPINCOUNT"] == "1000"

    def test_how_long_they_spin_is_the_users_to_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GOMP_SPINCOUNT", "0")
        loaded(monkeypatch, [])
        assert os.environ["GOMP_SPINCOUNT"] == "0"

    def test_the_bindings_server_listens_where_nobody_can_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, module = loaded(monkeypatch, [])
        settings = module.settings[0]
        (host,) = settings.hostnames
        assert host.endswith(".sock")
        assert not Path(host).parent.exists()
        assert len(settings.api_keys[0]) >= 32
        assert settings.cors_origins == ""
        assert not settings.ui
        assert not settings.endpoint_slots

    def test_where_there_are_no_sockets_of_files_it_is_loopback_with_a_key(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr("agents.local.llama.socket.AF_UNIX", raising=False)
        _, module = loaded(monkeypatch, [])
        assert module.settings[0].hostnames == ["127.0.0.1"]

    def test_every_load_has_another_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keys = {loaded(monkeypatch, [])[1].settings[0].api_keys[0] for _ in range(3)}
        assert len(keys) == 3

    def test_one_slot_and_a_bounded_memory_of_prompts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, module = loaded(monkeypatch, [])
        assert module.settings[0].n_parallel == 1
        assert 0 < module.settings[0].cache_ram_mib <= 4096

    def test_a_file_that_cannot_be_loaded_stops_the_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module: ModuleType = bindings(loads=False)
        monkeypatch.setitem(sys.modules, "xllamacpp", module)
        with pytest.raises(StopRun, match=r"llama\.cpp cannot load the model file own\.gguf"):
            Llama(Path("own.gguf"), 2, 1024)


class TestAsking:
    def test_the_models_own_distribution_is_drawn_from(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, module = loaded(monkeypatch, [chunk("a", "stop"), END])
        model.complete(ask(), going_on)
        (body,) = module.asked
        assert (body["top_k"], body["top_p"], body["min_p"]) == (0, 1.0, 0.0)
        assert (body["temperature"], body["max_tokens"], body["seed"]) == (0.7, 10, 5)
        assert body["messages"] == CHAT
        assert not body["cache_prompt"]

    @pytest.mark.parametrize("seed", [2**32 - 1, 2**63 - 1, 0])
    def test_no_seed_means_any_seed(self, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        """To llama.cpp 2**32 - 1 means a seed from the clock, and longer ones are cut to 32 bits."""
        model, module = loaded(monkeypatch, [chunk("a", "stop"), END])
        model.complete(ask(seed=seed), going_on)
        assert 0 <= module.asked[0]["seed"] < 2**32 - 1

    def test_a_schema_becomes_a_grammar_without_white_space(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, module = loaded(monkeypatch, [chunk('{"answer":"a"}', "stop"), END])
        model.complete(ask(SCHEMA), going_on)
        assert module.asked[0]["grammar"].startswith("%llguidance {}\nstart: %json {")
        assert '"whitespace_flexible": false' in module.asked[0]["grammar"]


class TestATemplateWithoutASystemRole:
    BRIEFED: ClassVar = [{"role": "system", "content": "You are Ann."}, *CHAT]
    FOLDED: ClassVar = [{"role": "user", "content": "You are Ann.\n\na or b?"}]

    @pytest.mark.parametrize("takes", [True, False])
    def test_is_sent_the_brief_in_the_first_user_message(
        self, monkeypatch: pytest.MonkeyPatch, takes: bool
    ) -> None:
        monkeypatch.setattr(llama, "takes_system", lambda address, key: takes)
        model, module = loaded(monkeypatch, [chunk("a", "stop"), END])
        made = model.complete(ask()._replace(chat=self.BRIEFED), going_on)
        weighed = model.next_tokens(self.BRIEFED, b'{"answer":"', reuse=False)
        completed, begun = (body["messages"] for body in module.asked)
        assert completed == (self.BRIEFED if takes else self.FOLDED)
        assert begun == [*completed, {"role": "assistant", "content": '{"answer":"'}]
        assert made.notes == weighed.notes == (() if takes else (SYSTEM_FOLDED,))

    def test_is_sent_what_has_no_brief_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(llama, "takes_system", lambda address, key: False)
        model, module = loaded(monkeypatch, [chunk("a", "stop"), END])
        assert model.complete(ask(), going_on).notes == ()
        assert module.asked[0]["messages"] == CHAT


class TestNextTokens:
    def test_a_reply_is_begun_and_its_first_token_weighed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tops = [{"bytes": [97], "logprob": -0.5}, {"bytes": [195, 164], "logprob": -2.0}]
        first = chunk("a", "length")
        first["choices"][0]["logprobs"] = {"content": [{"top_logprobs": tops}]}
        model, module = loaded(monkeypatch, [first, END])
        assert model.next_tokens(CHAT, b'{"answer":"', reuse=True) == (
            {b"a": -0.5, "ä".encode(): -2.0},
            USAGE,
            (),
        )
        (body,) = module.asked
        assert body["messages"] == [*CHAT, {"role": "assistant", "content": '{"answer":"'}]
        assert body["max_tokens"] == 1
        assert body["cache_prompt"]

    def test_an_error_is_passed_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, _ = loaded(monkeypatch, [{"error": {"message": "bad template"}}])
        with pytest.raises(RuntimeError, match="bad template"):
            model.next_tokens(CHAT, b"", reuse=False)


class TestTokens:
    def test_they_are_asked_for_only_if_told_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, module = loaded(monkeypatch, [chunk("a", "stop"), END])
        assert model.complete(ask(), going_on).tokens is None
        assert "logprobs" not in module.asked[0]

    @pytest.mark.parametrize(("logprobs", "asked_for"), [(0, 1), (1, 1), (5, 5)])
    def test_none_but_the_chosen_are_asked_for_with_one_other(
        self, monkeypatch: pytest.MonkeyPatch, logprobs: int, asked_for: int
    ) -> None:
        """Asked for none, llama.cpp tells nothing at all."""
        model, module = loaded(monkeypatch, [chunk("a", "stop"), END])
        model.complete(ask(logprobs=logprobs), going_on)
        assert (module.asked[0]["logprobs"], module.asked[0]["top_logprobs"]) == (True, asked_for)

    def test_all_but_the_one_that_ends_the_reply_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        chunks = [spelt("be", 7, -0.5), spelt("t", 8, -0.25), chunk(ended="stop"), END]
        made = loaded(monkeypatch, chunks)[0].complete(ask(logprobs=1), going_on)
        assert made.tokens == Tokens(("be", "t"), (7, 8), (-0.5, -0.25), ({"x": -1.0}, {"x": -1.0}))
        made = loaded(monkeypatch, chunks)[0].complete(ask(logprobs=0), going_on)
        assert made.tokens == Tokens(("be", "t"), (7, 8), (-0.5, -0.25))

    def test_a_reply_that_was_cut_off_has_no_such_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        chunks = [spelt("be", 7, -0.5), spelt("t", 8, -0.5), spelt("!", 9, -0.5, "length"), END]
        made = loaded(monkeypatch, chunks)[0].complete(ask(logprobs=0), going_on)
        assert made.tokens is not None
        assert made.tokens.ids == (7, 8, 9)

    def test_where_llama_cpp_joined_some_there_are_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        chunks = [spelt("🐉", 231, -0.5), chunk(ended="stop"), END]
        made = loaded(monkeypatch, chunks)[0].complete(ask(logprobs=0), going_on)
        assert (made.text, made.tokens) == ("🐉", None)

    def test_the_whole_distribution_is_one_number_a_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Kang et al. 2025, of four tokens: uniform is 0, and (.7, .1, .1, .1) is -(ln 2.8 + 3 ln .4) / 4."""
        even, sure = whole(0.25, 0.25, 0.25, 0.25), whole(0.7, 0.1, 0.1, 0.1)
        model, module = loaded(monkeypatch, [even, sure, chunk(ended="stop"), END])
        made = model.complete(ask()._replace(certainty=True), going_on)
        assert module.asked[0]["top_logprobs"] > 1_000_000
        assert made.tokens is not None
        assert made.tokens.likely == ()
        assert [round(one, 5) for one in made.tokens.certainties] == [0, 0.42981]

    def test_the_likeliest_are_kept_beside_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, _ = loaded(monkeypatch, [whole(0.7, 0.1, 0.1, 0.1), whole(0.4, 0.6), chunk(ended="stop"), END])
        made = model.complete(ask(logprobs=1)._replace(certainty=True), going_on)
        assert made.tokens is not None
        assert [list(one) for one in made.tokens.likely] == [["0"], ["0"]]

    def test_two_tokens_of_the_same_text_are_two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A map by text would merge them. A probability that is 0 in single precision is not infinite."""
        piece = whole(0.5, 0.5)
        for told in (same := piece["choices"][0]["logprobs"]["content"][0]["top_logprobs"]):
            told["token"] = "same"
        made = loaded(monkeypatch, [piece, chunk(ended="stop"), {**END, "usage": one_token()}])[0]
        tokens = made.complete(ask()._replace(certainty=True), going_on).tokens
        assert tokens is not None
        assert tokens.certainties == pytest.approx((0.0,))
        same[1]["logprob"] = -3.4e38
        made = loaded(monkeypatch, [piece, chunk(ended="stop"), {**END, "usage": one_token()}])[0]
        tokens = made.complete(ask()._replace(certainty=True), going_on).tokens
        assert tokens is not None
        assert 50 < tokens.certainties[0] < 53


def one_token() -> dict[str, Any]:
    """The usage of a reply of one token and the one that ends it."""
    return {**USAGE, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 0}}


def whole(*probabilities: float) -> dict[str, Any]:
    """A piece that tells the probability of every token."""
    piece = spelt("x", 1, -0.5)
    told = [{"token": str(n), "logprob": math.log(p)} for n, p in enumerate(probabilities)]
    piece["choices"][0]["logprobs"]["content"][0]["top_logprobs"] = told
    return piece


def spelt(text: str, token: int, logprob: float, ended: str | None = None) -> dict[str, Any]:
    """A piece that says which token it is."""
    piece = chunk(text, ended)
    told = {"id": token, "token": text, "logprob": logprob, "top_logprobs": [{"token": "x", "logprob": -1}]}
    piece["choices"][0]["logprobs"] = {"content": [told]}
    return piece


class TestAnswer:
    def test_pieces_are_joined(self, monkeypatch: pytest.MonkeyPatch) -> None:
        chunks = [chunk(), chunk("one "), chunk("two"), chunk(ended="stop"), END]
        model, _ = loaded(monkeypatch, chunks)
        made = model.complete(ask(), going_on)
        assert (made.text, made.finished, made.usage) == ("one two", True, USAGE)

    def test_reasoning_is_apart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        chunks = [chunk(reasoning_content="hm"), chunk("a", "stop"), END]
        made = loaded(monkeypatch, chunks)[0].complete(ask(), going_on)
        assert (made.text, made.reasoning) == ("a", "hm")

    def test_a_reply_at_its_limit_is_not_finished(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = loaded(monkeypatch, [chunk('{"answ', "length"), END])[0].complete(ask(SCHEMA), going_on)
        assert not made.finished

    @pytest.mark.parametrize("said", ["I choose a.", '{"answer": "a"}', '"a"', '{"answer":"a"}\n'])
    def test_a_grammar_that_was_silently_not_applied_is_found_out(
        self, monkeypatch: pytest.MonkeyPatch, said: str
    ) -> None:
        """That is what llama.cpp does with a grammar that it cannot read."""
        model, _ = loaded(monkeypatch, [chunk(said, "stop"), END])
        with pytest.raises(RuntimeError, match="cannot hold replies to this form's schema"):
            model.complete(ask(SCHEMA), going_on)

    def test_spaces_inside_strings_are_no_sign_of_that(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = '{"answer":"a \\" b","n":[1,2]}'
        model, _ = loaded(monkeypatch, [chunk(said, "stop"), END])
        assert model.complete(ask(SCHEMA), going_on).text == said

    def test_a_request_that_is_too_long_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        error = {"type": "exceed_context_size_error", "n_prompt_tokens": 2000, "message": "..."}
        model, _ = loaded(monkeypatch, [{"error": error}])
        with pytest.raises(PromptTooLong, match=r"2000 tokens long.* context of 1024; give it more"):
            model.complete(ask(), going_on)

    def test_any_other_error_is_passed_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, _ = loaded(monkeypatch, [{"error": {"message": "bad template"}}])
        with pytest.raises(RuntimeError, match="bad template"):
            model.complete(ask(), going_on)

    def test_it_is_given_up_when_it_is_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model, _ = loaded(monkeypatch, [chunk("a")] * 1000 + [chunk("a", "stop"), END])
        with pytest.raises(RuntimeError, match="stopped before"):
            model.complete(ask(), lambda: True)
