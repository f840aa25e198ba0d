"""Recognising from a server's words why it refuses a request.

Only the body of an error is read here, never the words of a model. The wordings are those of OpenAI, Azure,
Anthropic, Gemini, Mistral, Groq, DeepSeek, xAI, OpenRouter, Together, vLLM, SGLang, TGI, llama.cpp, Ollama
and LM Studio. Many of these pass on the exceptions of chat templates. The tests hold one wording of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LONGEST_ERROR = 4000
"""The number of characters of an error that are read."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


_TOO_LONG = _any(
    r"context_length_exceeded|exceed_context_size|string_above_max_length|request_too_large",
    r"maximum (?:context|prompt|model|sequence) length",
    r"exceed(?:s|ed|ing)? (?:the |its |this |your )?(?:available |maximum |max |model'?s? |model )*"
    r"(?:context|token limit|input length|sequence length)",
    r"context (?:window|length|size|limit)\W{0,3}(?: is| was| has been)? exceed",
    r"(?:prompt|input|message|request|conversation)s? (?:is|are|was)?\s?too (?:long|large)",
    r"longer than the (?:maximum )?(?:model|context)",
    r"too large for (?:the )?model with|request too large for",
    r"`?inputs`?.{0,40}must have less than|`?inputs`? tokens \+ `?max_new_tokens`? must be",
    r"input (?:length|token count|tokens).{0,60}exceeds? the max",
    r"reduce the length of (?:the|your) (?:messages|prompt|input)",
    r"tokens to keep from the initial prompt is greater|when (?:the )?context (?:the )?overflows",
    r"range of input length|too many (?:input |prompt )?tokens:",
)
_NO_MONEY = _any(
    r"insufficient[_ ](?:account[_ ])?(?:credit|balance|fund|quota)",
    r"credit balance is too low|(?:requires?|need) more credits|(?:add|purchase|buy) (?:more )?credits",
    r"credit limit (?:is |was )?(?:exceeded|reached)|exceeded your monthly (?:included credits|spend)",
    r"(?:out of|no|any|run out of|used all) (?:available |remaining |your )*credits",
    r"spend(?:ing)?[_ ]limit|billing[_ ](?:hard[_ ])?limit|billing_not_active|account is not active",
    r"account[^.]{0,60}(?:suspended|in arrears|overdue)|arrearage|payment required",
    r"not enough (?:money|credits?|balance|funds)",
)
_NO_SYSTEM = _any(
    r"system.{0,3} (?:role|message|prompt|instruction)s?\b.{0,40}"
    r"(?:not (?:be )?(?:supported|allowed|enabled|permitted|available)|unsupported|invalid)",
    r"(?:not|n't|cannot|no longer) (?:support|allow|accept|have|take|use|enable)s?\b.{0,40}\bsystem\b",
    r"developer instructions? (?:is|are) not (?:enabled|supported)",
    r"only (?:the )?\W?(?:user|assistant)\b.{0,40}\broles? (?:are|is) (?:supported|allowed)",
    r"(?:unexpected|unknown|invalid|unsupported|unrecognized) (?:message )?role\W{1,4}system",
    r"got \W?system\b",
    r"roles? must alternate|must alternate between|alternating (?:user|roles)",
)
_REFUSED = _any(
    r"unsupported|unrecogni[sz]ed|unknown|unexpected|forbidden|deprecated|unavailable|incompatible",
    r"not (?:be |yet |currently |been )*(?:supported|permitted|allowed|enabled|available|implemented)",
    r"not (?:be )?accepted|only the default|only 1 is allowed",
    r"(?:not|n't|no longer) (?:support|accept|allow|recogni[sz]e|take)",
    r"extra (?:inputs|fields)|cannot find field|no such (?:parameter|field)",
    r"cannot both|not both|must (?:be unset|not be set)|may only be set|please (?:remove|use only one)",
    r"can(?:not|'t) be (?:used|set|specified|combined)|invalid (?:parameter|argument|field|schema)",
    r"(?:failed to|error|could not|cannot|unable to) (?:pars|compil|convert)\w* .{0,20}(?:grammar|schema)",
    r"schema conversion failed",
)
_NO_PICTURES = _any(
    r"image (?:inputs?|urls?)\W.{0,40}not (?:be )?(?:supported|allowed|enabled)",
    r"(?:not|n't) support (?:for )?(?:images?|vision|image_url)",
    r"not a (?:multimodal|vision) model",
)
_STREAMING = _any(r"\bstream(?:s|ed|ing|[_ -]?options)?\b", r"include[_ -]?usage")
_UNVERIFIED = _any(r"must be verified")
_OTHER_WORDS = {
    "response_format": r"json[_ -]?schema|structured[_ -]outputs?|guided[_ -]\w+|grammar|schema",
    "output_config": r"output[_ -]format|json[_ -]?schema|structured[_ -]outputs?|schema|effort",
    "reasoning_effort": r"effort",
}
_MOST_TOKENS = _any(
    r"support(?:s|ed)? at most (\d+)",
    r"\d+ > (\d+),? which is the maximum",
    r"(?:less than or equal to|no (?:more|greater) than|greater than|at most|<=|not exceed) [`']?(\d+)",
    r"range (?:of \W?max_tokens\W? )?(?:should be|is) \[\d+, ?(\d+)\]",
    r"maximum (?:allowed )?(?:value|number)[^.]{0,60}?(\d+)",
)
_CONTEXT = _any(
    r"(?:context|prompt|model|sequence) (?:length|window|size|limit)(?! by)\D{0,30}?(\d+)",
    r"(?:must be <=|have less than) (\d+)",
    r"> (\d+) maximum",
)


def is_too_long(text: str) -> bool:
    """Whether an error says that the prompt is longer than the model or the server takes."""
    return bool(_TOO_LONG.search(text[:LONGEST_ERROR]))


def is_without_money(text: str) -> bool:
    """Whether an error says that the account has no money left."""
    return bool(_NO_MONEY.search(text[:LONGEST_ERROR]))


def refuses_pictures(text: str) -> bool:
    """Whether an error says that the model sees no pictures."""
    return bool(_NO_PICTURES.search(text[:LONGEST_ERROR]))


def refuses_system(text: str) -> bool:
    """Whether an error says that no role is for the system, or that roles must alternate from the first."""
    return bool(_NO_SYSTEM.search(text[:LONGEST_ERROR]))


def refuses_stream(text: str) -> bool:
    """Whether an error says that replies are not streamed, or not with their usage.

    OpenAI streams some models only to organisations that it has verified.
    """
    text = text[:LONGEST_ERROR]
    return bool(_STREAMING.search(text) and (_REFUSED.search(text) or _UNVERIFIED.search(text)))


def refused_parameter(text: str, names: Iterable[str]) -> str | None:
    """Return the parameter that an error refuses, or None.

    An error about a parameter's value does not refuse the parameter, because another value may be accepted.
    """
    text = text[:LONGEST_ERROR]
    if not _REFUSED.search(text):
        return None
    found = {name: match.start() for name in names if (match := _name(name).search(text))}
    if not found:
        other = (name for name, words in _OTHER_WORDS.items() if re.search(words, text, re.IGNORECASE))
        return next((name for name in other if name in names), None)
    choose = max if re.search(r"\bboth\b|only one", text, re.IGNORECASE) else min
    return choose(found, key=lambda name: found[name])


def names_parameter(text: str, name: str) -> bool:
    """Whether an error names a parameter, in its own spelling or in camel case."""
    return bool(_name(name).search(text[:LONGEST_ERROR]))


def most_tokens(text: str) -> int | None:
    """Return the most tokens that a reply may have, if an error says it."""
    return _first_number(_MOST_TOKENS, text)


def context_length(text: str) -> int | None:
    """Return the length of the model's context in tokens, if an error says it."""
    return _first_number(_CONTEXT, text)


def _first_number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text[:LONGEST_ERROR]))
    return int(next(group for group in match.groups() if group)[:12]) if match else None


@lru_cache(maxsize=256)
def _name(name: str) -> re.Pattern[str]:
    spelt = re.escape(name).replace("_", "[_ -]?")
    return re.compile(rf"(?<![A-Za-z0-9_]){spelt}(?![A-Za-z0-9_])", re.IGNORECASE)
