from __future__ import annotations

import pytest

from agents.providers import wire
from tests.agents.providers.asked import ANTHROPIC_KEY, OPENAI_KEY, SERVER_KEY


@pytest.fixture(autouse=True)
def planted_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant keys, and clear what else the clients read from the environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("BASE_URL", "CUSTOM_HEADERS", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "AUTH_TOKEN"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", OPENAI_KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", ANTHROPIC_KEY)
    monkeypatch.setenv("SERVER_KEY", SERVER_KEY)


@pytest.fixture(autouse=True)
def patient_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give connections a time that is long on a paced loop too, whose ten seconds are a tenth of one."""
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 10_000)
