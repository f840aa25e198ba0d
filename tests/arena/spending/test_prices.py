"""What calls cost is what the table's own library says, what is overridden, or unknown; never a guess."""

from __future__ import annotations

import math
import socket
from importlib.metadata import version
from pathlib import Path

import genai_prices
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.spending.prices import ModelPrice, Prices
from tests.shared.examples import few

PRICES = Prices()
PLAIN = "openai:gpt-5-mini"
MODELS = (
    PLAIN,
    "openai:gpt-4o",
    "openai:gpt-4o-mini-2024-07-18",
    "anthropic:claude-haiku-4-5",
    "anthropic:claude-opus-4-1",
    "openai:gpt-5.4",  # dearer for long prompts
    "anthropic:claude-sonnet-4-5-20250929",  # so is this
    "openai:o3",  # its price changed
    "anthropic:claude-opus-4-6",  # so did this
)


def by_library(model: str, usage: dict[str, int]) -> float:
    provider, _, name = model.partition(":")
    counts = genai_prices.Usage(
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        cache_read_tokens=usage["cached_tokens"],
        cache_write_tokens=usage["cache_write_tokens"],
    )
    return float(genai_prices.calc_price(counts, name, provider_id=provider).total_price)


@st.composite
def usages(draw: st.DrawFn) -> dict[str, int]:
    cached, written, fresh, completion = (draw(st.integers(0, 400_000)) for _ in range(4))
    prompt = cached + written + fresh
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "cached_tokens": cached,
        "cache_write_tokens": written,
        "reasoning_tokens": completion // 2,
        "attempts": 1,
    }


class TestTable:
    @few
    @given(st.sampled_from(MODELS), usages())
    def test_costs_are_the_librarys_own(self, model: str, usage: dict[str, int]) -> None:
        cost = PRICES.cost(model, usage)
        assert cost is not None
        assert math.isclose(cost, by_library(model, usage), rel_tol=1e-12, abs_tol=1e-18)

    def test_by_hand(self) -> None:
        """250,000 fresh tokens at $0.25 a million, 750,000 cached at $0.025, 100,000 written at $2."""
        usage = {"prompt_tokens": 1_000_000, "cached_tokens": 750_000, "completion_tokens": 100_000}
        cost = PRICES.cost(PLAIN, usage)
        assert cost == pytest.approx(0.25 * 0.25 + 0.75 * 0.025 + 0.1 * 2)

    def test_reasoning_is_part_of_the_completion(self) -> None:
        usage = {"prompt_tokens": 10, "completion_tokens": 100}
        assert PRICES.cost(PLAIN, usage) == PRICES.cost(PLAIN, {**usage, "reasoning_tokens": 80})

    @pytest.mark.parametrize(
        "model",
        [
            "",
            "gpt-5-mini",
            "openai:no-such-model",
            "nobody:gpt-5-mini",
            "openai-compatible:gpt-5-mini",
            "openai:text-embedding-3-small",
            "openai:omni-moderation-latest",
            "openai:whisper-1",
        ],
    )
    def test_what_is_not_in_it_is_unknown(self, model: str) -> None:
        assert PRICES.cost(model, {"prompt_tokens": 1, "completion_tokens": 1}) is None
        assert not PRICES.knows(model)

    @pytest.mark.parametrize("model", MODELS)
    @pytest.mark.parametrize("usage", [{}, {"attempts": 3}, {"prompt_tokens": 1, "cached_tokens": 2}])
    def test_what_was_not_told_or_cannot_be_is_unknown(self, model: str, usage: dict[str, int]) -> None:
        assert PRICES.cost(model, usage) is None

    @pytest.mark.parametrize("model", ["local:qwen2.5-0.5b", "local:/models/some.gguf"])
    def test_local_models_cost_nothing(self, model: str) -> None:
        assert PRICES.cost(model, {"prompt_tokens": 1000}) == 0

    def test_a_model_with_plain_prices_is_looked_up_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        prices = Prices()
        assert prices.knows(PLAIN)
        monkeypatch.setattr(genai_prices, "calc_price", None)
        assert prices.cost(PLAIN, {"prompt_tokens": 4_000_000}) == 1

    def test_nothing_is_fetched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "socket", None)
        assert Prices().knows(MODELS[-1])


class TestOverrides:
    def test_hold_instead_of_the_table(self) -> None:
        prices = Prices(
            {PLAIN: {"prompt": 1, "completion": 2}, "mine:own": ModelPrice(prompt=3, completion=4)}
        )
        assert prices.cost(PLAIN, {"prompt_tokens": 10, "completion_tokens": 5}) == pytest.approx(20e-6)
        assert prices.cost("mine:own", {"prompt_tokens": 1, "completion_tokens": 1}) == pytest.approx(7e-6)

    def test_tokens_of_a_cache_cost_like_others_unless_it_is_said(self) -> None:
        usage = {"prompt_tokens": 100, "cached_tokens": 60, "cache_write_tokens": 30}
        price = {"prompt": 10.0, "completion": 0.0}
        assert Prices({"m": price}).cost("m", usage) == pytest.approx(1000e-6)
        told = {**price, "cached": 1.0, "cache_write": 20.0}
        assert Prices({"m": told}).cost("m", usage) == pytest.approx((100 + 60 + 600) * 1e-6)

    def test_a_price_of_zero_is_known(self) -> None:
        assert Prices({"m": {"prompt": 0, "completion": 0}}).cost("m", {"prompt_tokens": 5}) == 0

    def test_come_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "prices.toml"
        file.write_text('["openai-compatible:qwen3"]\nprompt = 0.1\ncompletion = 0.4\n')
        usage = {"prompt_tokens": 1_000_000, "completion_tokens": 1_000_000}
        assert Prices.from_file(file).cost("openai-compatible:qwen3", usage) == pytest.approx(0.5)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("[m]\nprompt = 1\n", r"m\.completion: it is missing"),
            ("[m]\nprompt = -1\ncompletion = 1\n", r"m\.prompt: it must be at least 0"),
            ("[m]\nprompt = nan\ncompletion = 1\n", r"m\.prompt: .*finite"),
            ("[m]\nprompt = 1\ncompletion = 1\ncache = 1\n", r"m\.cache: there is no such setting"),
            ("m = 3\n", r"m: "),
            ("[m\n", r"are not TOML: "),
        ],
    )
    def test_that_are_none_are_named_in_a_sentence(self, tmp_path: Path, text: str, reason: str) -> None:
        file = tmp_path / "prices.toml"
        file.write_text(text)
        with pytest.raises(UsageError, match=reason) as refused:
            Prices.from_file(file)
        assert str(file) in str(refused.value)
        assert "\n" not in str(refused.value).partition("TOML")[0]

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"none\.toml cannot be read: No such file"):
            Prices.from_file(tmp_path / "none.toml")


class TestDescribed:
    def test_names_the_table_and_the_overrides(self) -> None:
        told = Prices({"m": {"prompt": 1, "completion": 2}}).described()
        assert told["table"] == f"genai-prices {version('genai-prices')}"
        assert told["overrides"] == {"m": {"prompt": 1.0, "completion": 2.0}}
        assert Prices(told["overrides"]).described() == told
