"""The prices of calls to models in US dollars, from a dated table and from the user's own prices.

The table is that of the installed library ``genai-prices``; nothing is downloaded. It is read when a price is
first needed, which takes some tenths of a second. If the table's price of a model is four plain numbers, the
cost of a call is computed here. If it depends on the time or on the prompt's length, the library computes the
cost of each call. A model without a price has an unknown cost, and never a cost of nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from arena.core.checked import Checked
from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.files import read_text
from arena.seat.batching import BATCHED

_TABLE = "genai-prices"
_FREE = "local"
_MILLION = 1_000_000
_OF_A_BATCH = 0.5
"""The share of the price that a call in a batch costs, with OpenAI and with Anthropic."""

DollarsPerMillion = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Pricing = Callable[[Mapping[str, int]], float | None]


class ModelPrice(Checked):
    """A model's price in dollars per million tokens.

    Prompt tokens that the provider reads from its cache or writes to it cost as much as other prompt tokens,
    unless `cached` or `cache_write` is set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: DollarsPerMillion
    completion: DollarsPerMillion
    cached: DollarsPerMillion | None = None
    cache_write: DollarsPerMillion | None = None

    def cost(self, usage: Mapping[str, int]) -> float | None:
        """Return the cost of a call's tokens in dollars, or None if no plausible counts were reported."""
        prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
        if prompt is None and completion is None:
            return None
        cached, written = usage.get("cached_tokens", 0), usage.get("cache_write_tokens", 0)
        fresh = (prompt or 0) - cached - written
        if fresh < 0:
            return None
        cost = fresh * self.prompt + (completion or 0) * self.completion
        cost += cached * (self.prompt if self.cached is None else self.cached)
        cost += written * (self.prompt if self.cache_write is None else self.cache_write)
        return cost / _MILLION


_OVERRIDES = TypeAdapter(dict[str, ModelPrice])


class Prices:
    """The prices of models, by their names in price lists, such as ``openai:gpt-5-mini``.

    Args:
        overrides: prices that replace those of the table, or add models. Each value is a `ModelPrice`, or its
            fields by name.

    Raises:
        UsageError: if one of them is not a price.
    """

    def __init__(self, overrides: Mapping[str, ModelPrice | Mapping[str, float]] | None = None) -> None:
        try:
            self.overrides = _OVERRIDES.validate_python(dict(overrides or {}))
        except ValidationError as invalid:
            raise UsageError(
                f"A price cannot be used: {first_problem(invalid)}. A model's price is in dollars per "
                "million tokens: its prompt and its completion, and perhaps cached and cache_write."
            ) from None
        self._found: dict[str, Pricing | None] = {
            model: price.cost for model, price in self.overrides.items()
        }

    @classmethod
    def from_file(cls, path: Path) -> Prices:
        """Return prices with a TOML file's overrides, in a table per model: ``["openai:gpt-5-mini"]``.

        Raises:
            UsageError: if the file cannot be read, or does not hold prices.
        """
        try:
            found = tomllib.loads(read_text(path))
        except OSError as error:
            raise UsageError(f"The prices in {path} cannot be read: {error.strerror}.") from None
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"The prices in {path} are not TOML: {error}.") from None
        try:
            return cls(found)
        except UsageError as invalid:
            raise UsageError(f"{path}: {invalid}") from None

    def cost(self, model: str, usage: Mapping[str, int]) -> float | None:
        """Return the cost of a call in dollars, or None if it is unknown. Cached tokens are counted once.

        A call in a batch costs half, as OpenAI and Anthropic charge it.

        Args:
            model: the model's name in price lists. A model whose name begins with ``local`` costs nothing.
            usage: the call's counts, as in `arena.seat.agent.RequestUsage`.
        """
        price = self._pricing(model)
        cost = None if price is None else price(usage)
        return cost if cost is None or not usage.get(BATCHED) else cost * _OF_A_BATCH

    def knows(self, model: str) -> bool:
        """Return whether the model has a price."""
        return self._pricing(model) is not None

    def described(self) -> dict[str, Any]:
        """Return the source of the prices as JSON-able values: the table, and the `overrides`."""
        overrides = {model: price.model_dump(exclude_none=True) for model, price in self.overrides.items()}
        return {"table": f"{_TABLE} {version(_TABLE)}", "overrides": overrides}

    def _pricing(self, model: str) -> Pricing | None:
        if model not in self._found:
            free = model.partition(":")[0].startswith(_FREE)
            self._found[model] = _nothing if free else _by_table(model)
        return self._found[model]


def _nothing(_usage: Mapping[str, int]) -> float:
    return 0.0


def _by_table(name: str) -> Pricing | None:
    """Return the table's price of the model ``provider:model``, or None if it has none."""
    import genai_prices
    from genai_prices.types import TieredPrices

    provider, _, model = name.partition(":")
    try:
        found = genai_prices.calc_price(genai_prices.Usage(), model, provider_id=provider)
    except LookupError:
        return None
    price = found.model_price
    # The library takes a provider whose name is in the one asked for, such as in openai-compatible.
    if found.provider.id != provider or price.input_mtok is None or price.output_mtok is None:
        return None

    def by_library(usage: Mapping[str, int]) -> float | None:
        if "prompt_tokens" not in usage and "completion_tokens" not in usage:
            return None
        try:
            counts = genai_prices.Usage(
                input_tokens=usage.get("prompt_tokens", 0),
                output_tokens=usage.get("completion_tokens", 0),
                cache_read_tokens=usage.get("cached_tokens", 0),
                cache_write_tokens=usage.get("cache_write_tokens", 0),
            )
            return float(genai_prices.calc_price(counts, model, provider_id=provider).total_price)
        except ValueError:  # such as more tokens from the cache than in all
            return None

    numbers = (price.input_mtok, price.output_mtok, price.cache_read_mtok, price.cache_write_mtok)
    varies = isinstance(found.model.prices, list) or any(isinstance(n, TieredPrices) for n in numbers)
    if varies or price.requests_kcount is not None:
        return by_library
    prompt, completion, cached, written = (None if n is None else float(n) for n in numbers)  # type: ignore[arg-type]
    return ModelPrice.model_validate(
        {"prompt": prompt, "completion": completion, "cached": cached, "cache_write": written}
    ).cost
