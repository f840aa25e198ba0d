"""The wordings of real servers are recognised, and nothing else is taken for them."""

from __future__ import annotations

import pytest

from agents.shared.refusals import (
    LONGEST_ERROR,
    context_length,
    is_too_long,
    is_without_money,
    most_tokens,
    refused_parameter,
    refuses_system,
)
from tests.faults.errors import OTHER_ERRORS


@pytest.mark.parametrize("said", OTHER_ERRORS)
def test_other_errors_are_taken_for_none_of_these(said: str) -> None:
    assert not is_too_long(said)
    assert not is_without_money(said)
    assert not refuses_system(said)
    assert refused_parameter(said, ("temperature", "top_p", "seed", "response_format", "max_tokens")) is None


@pytest.mark.parametrize(
    ("said", "most"),
    [
        (
            "max_tokens is too large: 8192. This model supports at most 4096 completion tokens",
            4096,
        ),
        (
            "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for it",
            4096,
        ),
        (
            "`max_tokens` must be less than or equal to `8192`",
            8192,
        ),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8,192]", 8192),
        ("Range of max_tokens should be [1, 8192]", 8192),
        ("It is broken.", None),
    ],
)
def test_the_longest_reply_that_a_server_allows_is_read(said: str, most: int | None) -> None:
    assert most_tokens(said) == most


@pytest.mark.parametrize(
    ("said", "length"),
    [
        (
            "'max_tokens' is too large: 8192. This model's maximum context length is 4096 tokens",
            4096,
        ),
        ("request (9021 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096),
        ("prompt is too long: 209021 tokens > 200000 maximum", 200000),
        ("prompt is too long", None),
    ],
)
def test_what_the_model_takes_in_all_is_read(said: str, length: int | None) -> None:
    assert context_length(said) == length


def test_the_parameter_is_the_one_that_is_named_first() -> None:
    said = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    assert refused_parameter(said, ("seed", "max_completion_tokens", "max_tokens")) == "max_tokens"
    assert (
        refused_parameter("Argument not supported: reasoningEffort", ("reasoning_effort",))
        == "reasoning_effort"
    )
    assert refused_parameter("Unknown parameter: 'seedling'", ("seed",)) is None


def test_only_the_beginning_of_an_error_is_looked_at() -> None:
    assert is_too_long("x" * (LONGEST_ERROR - 30) + " prompt is too long")
    assert not is_too_long("x" * LONGEST_ERROR + " prompt is too long")
