"""Who may read the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena.web.access import HEADERS, Access, hosts_of
from tests.arena.view.browsing import access, client
from tests.arena.view.runs import kuhn


@pytest.fixture
async def browser(tmp_path: Path) -> TestClient:
    return client([await kuhn(tmp_path / "kuhn", 1)])


def test_every_answer_has_the_headers(browser: TestClient) -> None:
    for path in ("/secret/", "/secret/static/style.css", "/secret/nothing", "/secret/run/0/episode/0/"):
        answer = browser.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize(
    "path", ["/", "/wrong/", "/secre/", "/secrets/", "/wrong/run/0/episode/0/", "//secret/"]
)
def test_without_the_token_there_is_nothing(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "kuhn" not in answer.text


@pytest.mark.parametrize("host", ["evil.example:8123", "127.0.0.1:81", "127.0.0.1", ""])
def test_another_name_of_this_machine_is_refused(browser: TestClient, host: str) -> None:
    assert browser.get("/secret/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:8123"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_is_refused(browser: TestClient, headers: dict[str, str]) -> None:
    assert browser.get("/secret/", headers=headers).status_code == 403


def test_our_own_pages_are_let_in(browser: TestClient) -> None:
    for headers in (
        {},
        {"Origin": "http://127.0.0.1:8123"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ):
        assert browser.get("/secret/", headers=headers).status_code == 200


def test_a_form_needs_an_origin() -> None:
    assert access().why_not("POST", "/secret/", {"host": "127.0.0.1:8123"}) is not None
    own = {"host": "127.0.0.1:8123", "origin": "http://127.0.0.1:8123"}
    assert access().why_not("POST", "/secret/", own) is None


def test_tokens_are_long_random_and_not_printed() -> None:
    one, other = Access(frozenset()), Access(frozenset())
    assert one.token != other.token
    assert len(one.token) >= 32
    assert one.token not in repr(one)
    assert one.form_field != other.form_field
    assert one.token not in one.form_field


def test_loopback_has_several_names_and_others_have_one() -> None:
    assert "localhost:5" in hosts_of("127.0.0.1", 5)
    assert hosts_of("10.0.0.7", 5) == {"10.0.0.7:5"}


@pytest.mark.parametrize("path", ["", "/", "secret", "/secre/", "/secrets/", "//secret/", "/wrong/secret/"])
def test_only_the_whole_token_opens(path: str) -> None:
    assert access().opens("/secret/run/0/")
    assert not access().opens(path)
