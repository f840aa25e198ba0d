"""How real servers turn requests down: status and body, as reports of their users have them."""

# ruff: noqa: E501 - errors are quoted as they are

from __future__ import annotations

from typing import Any


def openai(message: str, **parts: object) -> dict[str, Any]:
    """Return an error in OpenAI's shape."""
    return {
        "error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **parts}
    }


def vllm(message: str) -> dict[str, Any]:
    """Return an error in the shape of vLLM before 0.10."""
    return {"object": "error", "message": message, "type": "BadRequestError", "param": None, "code": 400}


def anthropic(message: str) -> dict[str, Any]:
    """Return an error in Anthropic's shape."""
    return {"type": "error", "error": {"type": "invalid_request_error", "message": message}}


def llama(message: str, code: int = 500, kind: str = "server_error", **parts: object) -> dict[str, Any]:
    """Return an error in the shape of llama.cpp's server."""
    return {"error": {"code": code, "message": message, "type": kind, **parts}}


def gemini(message: str) -> list[dict[str, Any]]:
    """Return an error in the shape of Gemini's endpoint for OpenAI's clients: a list."""
    violation = {"fieldViolations": [{"description": message}]}
    return [
        {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT", "details": [violation]}}
    ]


def openrouter(message: str, code: int, raw: str = "") -> dict[str, Any]:
    """Return an error in OpenRouter's shape, which holds that of whoever it asked as text."""
    metadata = {"metadata": {"raw": raw, "provider_name": "Someone"}} if raw else {}
    return {"error": {"message": message, "code": code, **metadata}, "user_id": "u"}


Response = tuple[int, Any]

TOO_LONG: dict[str, Response] = {
    "openai": (
        400,
        openai(
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9021 tokens. "
            "Please reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        ),
    ),
    "openai in newer words": (400, openai("Your input exceeds the context window of this model.")),
    "openai per minute": (429, openai("Request too large for gpt-4o on tokens per min (TPM): Limit 30000.")),
    "anthropic": (400, anthropic("prompt is too long: 209021 tokens > 200000 maximum")),
    "anthropic with the reply": (
        400,
        anthropic(
            "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000, decrease input length or "
            "`max_tokens` and try again"
        ),
    ),
    "anthropic by bytes": (413, anthropic("Request exceeds the maximum size")),
    "vllm": (
        400,
        vllm(
            "This model's maximum context length is 4096 tokens. However, you requested 4612 tokens (4100 in the "
            "messages, 512 in the completion). Please reduce the length of the messages or completion."
        ),
    ),
    "vllm in newer words": (
        400,
        openai("The decoder prompt (length 5021) is longer than the maximum model length of 4096.", code=400),
    ),
    "llama.cpp": (
        400,
        llama(
            "the request exceeds the available context size. try increasing the context size or enable context shift",
            400,
            "exceed_context_size_error",
            n_prompt_tokens=9021,
            n_ctx=4096,
        ),
    ),
    "llama.cpp in newer words": (
        400,
        llama(
            "request (9021 tokens) exceeds the available context size (4096 tokens), try increasing it", 400
        ),
    ),
    "ollama": (400, openai("prompt too long; exceeded max context length by 14 tokens", type="api_error")),
    "ollama before": (500, openai("input length exceeds maximum context length", type="api_error")),
    "tgi": (
        422,
        {
            "error": "Input validation error: `inputs` must have less than 4096 tokens. Given: 9021",
            "error_type": "validation",
        },
    ),
    "tgi with the reply": (
        422,
        {
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 1512. Given: 1000 `inputs` "
            "tokens and 1024 `max_new_tokens`",
            "error_type": "validation",
        },
    ),
    "lm studio": (
        400,
        {
            "error": "Trying to keep the first 14538 tokens when context the overflows. However, the model is loaded "
            "with context length of only 2048 tokens, which is not enough."
        },
    ),
    "lm studio in newer words": (
        400,
        {
            "error": "The number of tokens to keep from the initial prompt is greater than the context length "
            "(n_keep: 13055>= n_ctx: 4096)."
        },
    ),
    "mistral": (
        400,
        {
            "object": "error",
            "message": "Prompt contains 40021 tokens and 0 draft tokens, too large for model with 32768 maximum "
            "context length",
            "type": "invalid_request_prompt",
            "code": "3051",
        },
    ),
    "gemini": (
        400,
        gemini("The input token count (1200021) exceeds the maximum number of tokens allowed (1048576)."),
    ),
    "xai": (
        400,
        {
            "code": "Client specified an invalid argument",
            "error": "This model's maximum prompt length is 131072 but the request contains 200021 tokens.",
        },
    ),
    "sglang": (400, vllm("The input (5021 tokens) is longer than the model's context length (4096 tokens).")),
    "openrouter": (
        200,
        openrouter(
            "This endpoint's maximum context length is 32768 tokens. However, you requested about 40021 tokens.",
            400,
        ),
    ),
    "lm studio with status 200": (200, {"error": "Input exceeds the context size of the model."}),
}
NO_MONEY: dict[str, Response] = {
    "openai": (429, openai("You exceeded your current quota.", code="insufficient_quota")),
    "anthropic": (400, anthropic("Your credit balance is too low to access the Anthropic API.")),
    "openrouter": (
        402,
        openrouter("Insufficient credits. Add more using https://openrouter.ai/settings/credits", 402),
    ),
    "openrouter with status 200": (200, openrouter("Insufficient credits", 402)),
    "openrouter for so many": (
        402,
        openrouter("This request requires more credits, or fewer max_tokens. You can only afford 4000.", 402),
    ),
    "deepseek": (402, openai("Insufficient Balance", type="unknown_error")),
    "xai": (403, {"code": "forbidden", "error": "Your team doesn't have any credits yet."}),
    "someone": (400, {"error": "insufficient credits"}),
}
NO_SYSTEM: dict[str, Response] = {
    "vllm with gemma": (400, vllm("System role not supported")),
    "vllm with an old mistral": (
        400,
        vllm("Conversation roles must alternate user/assistant/user/assistant/..."),
    ),
    "llama.cpp": (
        500,
        llama("Conversation roles must alternate user/assistant/user/assistant/... at row 3, column 12"),
    ),
    "llama.cpp with mistral": (500, llama("Only user and assistant roles are supported! at row 9")),
    "ministral": (500, llama("Only user, assistant and tool roles are supported, got system")),
    "gemini": (400, gemini("Developer instruction is not enabled for models/gemma-3-27b-it")),
    "openai": (
        400,
        openai(
            "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
            param="messages[0].role",
            code="unsupported_value",
        ),
    ),
    "tgi": (422, {"error": "Template error: System role not supported", "error_type": "template_error"}),
    "openrouter": (
        400,
        openrouter("Provider returned error", 400, '{"detail":"system messages are not supported"}'),
    ),
}
REFUSED: dict[str, tuple[str, int, Any]] = {
    "openai's reasoning models": (
        "temperature",
        400,
        openai(
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is "
            "supported.",
            param="temperature",
            code="unsupported_value",
        ),
    ),
    "mistral": (
        "seed",
        422,
        {
            "object": "error",
            "message": {
                "detail": [
                    {
                        "type": "extra_forbidden",
                        "loc": ["body", "seed"],
                        "msg": "Extra inputs are not permitted",
                        "input": 7,
                    }
                ]
            },
            "type": "invalid_request_error",
        },
    ),
    "vllm": (
        "seed",
        400,
        vllm(
            "[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not permitted'}]"
        ),
    ),
    "gemini": ("seed", 400, gemini('Invalid JSON payload received. Unknown name "seed": Cannot find field.')),
    "deepseek": (
        "response_format",
        400,
        openai("This response_format type is unavailable now", code="invalid_request_error"),
    ),
    "deepseek before": (
        "response_format",
        422,
        "Failed to deserialize the JSON body into the target type: response_format: response_format.type "
        "`json_schema` is unavailable now at line 1 column 1193",
    ),
    "groq": (
        "response_format",
        400,
        openai("This model does not support response format `json_schema`.", param="response_format"),
    ),
    "llama.cpp": ("response_format", 400, llama("Failed to parse grammar", 400, "invalid_request_error")),
    "groq's logprobs": ("logprobs", 400, openai("`logprobs` is not supported with this model")),
    "gemini's logprobs": ("logprobs", 400, gemini("Logprobs is not enabled for models/gemini-2.5-pro")),
    "vllm on gaudi": (
        "logprobs",
        400,
        openai("Gaudi doesn't support logprobs. Please remove 'logprobs'/'top_logprobs' from your request."),
    ),
    "openai's older server": ("seed", 400, openai("Unrecognized request argument supplied: seed")),
    "xai": ("seed", 400, {"code": "invalid", "error": "Argument not supported on this model: seed"}),
    "two that exclude each other": (
        "top_p",
        400,
        openai("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
    ),
}
OTHER_ERRORS = (
    "Rate limit reached for gpt-4o on requests per min (RPM): Limit 500, Used 500. Please try again in 120ms. Visit "
    "https://platform.openai.com/account/rate-limits to learn more. You can increase your rate limit by adding a "
    "payment method to your account at https://platform.openai.com/account/billing.",
    "Rate limit reached in organization org on tokens per minute (TPM): Limit 6000, Used 5900, Requested 200. Need more "
    "tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing",
    "You exceeded your current quota, please check your plan and billing details. Please retry in 34s.",
    "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
    "The server had an error while processing your request. Sorry about that!",
    "Overloaded",
    "upstream is down",
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
)
