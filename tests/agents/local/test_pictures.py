"""Pictures before the local model: with a projector they reach it, and without one nobody pretends so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agents.local import Local, LocalPolicy
from agents.local.llama import Llama
from agents.shared.pictures import address_of
from arena.core.errors import AgentFailed, UsageError
from arena.pictures import Picture
from arena.registry import make_agent
from arena.seat.agent import Request
from arena.seat.response import consult
from tests.agents.local.models import Scripted, bindings
from tests.arena.pictures.made import picture, png


@pytest.fixture(autouse=True)
def installed(model: Scripted) -> None:
    """llama.cpp's bindings can be found; no test here uses them."""


@pytest.fixture
def projector(tmp_path: Path) -> Path:
    file = tmp_path / "mmproj.gguf"
    file.write_bytes(b"GGUF" + bytes(20))
    return file


def with_pictures(request: Request, *pictures: Picture) -> Request:
    prompt = request.prompt._replace(pictures=pictures)
    return request._replace(prompt=prompt)


async def test_with_a_projector_the_model_is_given_what_it_sees(
    file: str, model: Scripted, request_: Request, projector: Path
) -> None:
    agent = Local(file, projector=str(projector))
    assert agent.sees_pictures
    await agent.reply(with_pictures(request_, picture(1)))
    await agent.close()
    content = model.asked[0].chat[-1]["content"]
    assert content[0]["type"] == "text"
    assert content[1] == {"type": "image_url", "image_url": {"url": address_of(picture(1))}}


@pytest.mark.parametrize("kind", [Local, LocalPolicy])
async def test_without_one_a_picture_is_refused_in_a_sentence(
    kind: type[Local], file: str, model: Scripted, request_: Request
) -> None:
    agent = kind(file)
    assert not agent.sees_pictures
    with pytest.raises(AgentFailed, match="has no projector, so it sees no pictures"):
        await agent.reply(with_pictures(request_, picture(1)))
    with pytest.raises(UsageError, match="is shown pictures, and its agent sees none"):
        await consult(agent, with_pictures(request_, picture(1)))
    await agent.close()
    assert model.asked == []


async def test_an_address_is_never_read(
    file: str, model: Scripted, request_: Request, projector: Path
) -> None:
    agent = Local(file, projector=str(projector))
    answer, _, _ = await consult(agent, with_pictures(request_, Picture.at("https://a.org/b.png")))
    await agent.close()
    assert "reads no address" in answer.reason
    assert model.asked == []


def test_what_is_no_projector_is_refused(file: str, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    for given in (tmp_path / "a.png", tmp_path / "nowhere.gguf", tmp_path):
        with pytest.raises(UsageError, match=r"The projector .*(is not a GGUF file|cannot be read)"):
            make_agent(f"local:{file}?projector={given}")


def test_without_one_the_cache_knows_it_as_before(file: str, projector: Path) -> None:
    assert "projector" not in (Local(file).shaped_by or {})
    assert (Local(file, projector=str(projector)).shaped_by or {})["projector"] == str(projector)


def test_a_brief_that_is_folded_stands_before_the_texts_and_pictures() -> None:
    found: Llama = object.__new__(Llama)
    found._takes_system = False
    content = [{"type": "text", "text": "Look."}, {"type": "image_url", "image_url": {"url": "data:"}}]
    sent, _ = found._sent(
        [{"role": "system", "content": "You are Ann."}, {"role": "user", "content": content}]
    )
    assert sent == [{"role": "user", "content": [{"type": "text", "text": "You are Ann.\n\n"}, *content]}]


def test_the_projector_is_loaded_with_the_model(monkeypatch: pytest.MonkeyPatch, projector: Path) -> None:
    module = bindings()
    monkeypatch.setitem(sys.modules, "xllamacpp", module)
    monkeypatch.setattr("agents.local.llama.takes_system", lambda address, key: True)
    settings = module.CommonParams()
    monkeypatch.setattr(module, "CommonParams", lambda: settings)
    Llama(Path("own.gguf"), 1, 512, projector)
    assert settings.mmproj.path == str(projector)
