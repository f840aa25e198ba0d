"""Rows with pictures hold the bytes that were sent where they stood, and other formats refuse them."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Speech
from arena.pictures import Picture
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import Message, to_be_sent
from arena.seat.transcript import NOBODY
from arena.tasks.task import Task
from arena.training.export._pictures import ADDRESS_ALONE, HAS_PLACEHOLDER, LEFT_OUT
from arena.training.export.card import Card
from arena.training.export.exporting import ExportOptions, export_rows
from arena.training.export.formats import FORMATS
from tests.arena.pictures.made import jpeg, picture, png

SEEN = [name for name, form in FORMATS.items() if form.pictures]
ADDRESS = "https://example.org/a.png"


class Shown(Protocol):
    """A guest sees the task's picture, is told of another, and is asked twice, with a picture each time."""

    text: str = "Here."
    decodes: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        return ("guest",)

    async def play(self, episode: Episode) -> Outcome:
        first = Picture.from_bytes(png(5, 4) if self.decodes else jpeg())
        episode.tell(episode.everyone, self.text, pictures=(first, picture(7)))
        for shade in (20, 21):
            asked = (picture(shade),)
            await episode.ask("guest", Speech(), f"What is {shade}?", audience=NOBODY, pictures=asked)
        return Outcome.completed({"guest": float(episode.draw([(0, 0.5), (1, 0.5)]))})


@dataclass
class Noted(Agent):
    """Notes what it is sent, and says something of its own each time."""

    sent: list[list[Message]] = field(default_factory=list)

    async def reply(self, request: Request) -> Reply:
        self.sent.append(to_be_sent(request))
        return Reply(f"Grey, {len(self.sent)}.")


async def played(folder: Path, protocol: Protocol | None = None, shown: str | bytes = png()) -> Noted:
    """Play two episodes, and return the agent, which knows what it was sent."""
    guest = Noted()
    task = Task(text="Look.", pictures=(Picture.of(shown),))
    scenario = Scenario(protocol=protocol or Shown(), tasks=[task], seats={"guest": guest}, episodes=4)
    await run(scenario, folder, concurrency=1)
    return guest


def exported(folder: Path, to: str, **choice: Any) -> tuple[Card, Path]:
    file = folder / f"{to}{FORMATS[to].suffix}"
    return export_rows([folder / "run"], file, ExportOptions(to=to, advantage="none", **choice)), file


def in_parts(messages: Sequence[Message]) -> list[list[str | bytes]]:
    """Return the contents of messages as texts and bytes."""
    return [[one if isinstance(one, str) else one.content for one in message.pieces] for message in messages]


class TestTrl:
    async def test_a_row_holds_what_was_sent_in_its_order(self, tmp_path: Path) -> None:
        guest = await played(tmp_path / "run")
        _, file = exported(tmp_path, "trl-vision-sft")
        rows = pyarrow.parquet.read_table(file).to_pylist()
        assert len(rows) == len(guest.sent) == 8
        for row, sent in zip(rows, guest.sent, strict=True):
            images = iter([one["bytes"] for one in row["images"]])
            found = [
                [part["text"] if part["type"] == "text" else next(images) for part in message["content"]]
                for message in row["prompt"]
            ]
            assert found == in_parts(sent)
            assert next(images, None) is None
            assert [message["role"] for message in row["prompt"]] == [message.role for message in sent]

    @pytest.mark.skipif(not find_spec("datasets"), reason="datasets is not installed")
    @pytest.mark.filterwarnings("ignore")
    @pytest.mark.parametrize("to", ["trl-vision-sft", "trl-vision-dpo"])
    async def test_datasets_reads_the_images_as_pictures(self, to: str, tmp_path: Path) -> None:
        await played(tmp_path / "run", Shown(decodes=True))
        _, file = exported(tmp_path, to, pairs="all" if to.endswith("dpo") else "inwards")
        datasets = import_module("datasets")
        data = datasets.Dataset.from_parquet(str(file), cache_dir=str(tmp_path / "cache"))
        assert [image.size for image in data[0]["images"]][:2] == [(2, 3), (5, 4)]
        assert data[0]["images"][0].getpixel((0, 0)) == 0
        assert data[0]["prompt"][-1]["role"] == "user"

    async def test_a_pair_stands_under_its_request_with_the_pictures(self, tmp_path: Path) -> None:
        guest = await played(tmp_path / "run")
        card, file = exported(tmp_path, "trl-vision-dpo", pairs="all")
        rows = pyarrow.parquet.read_table(file).to_pylist()
        assert rows
        assert card.lines == len(rows)
        for row in rows:
            assert [one["bytes"] for one in row["images"]] == [
                one.content for message in guest.sent[0] for _, one in message.pictures
            ]
            assert row["chosen_reward"] > row["rejected_reward"]
            assert row["chosen"] != row["rejected"]


class TestVerl:
    async def test_placeholders_stand_where_the_pictures_do(self, tmp_path: Path) -> None:
        guest = await played(tmp_path / "run")
        _, file = exported(tmp_path, "verl-vision")
        for row, sent in zip(pyarrow.parquet.read_table(file).to_pylist(), guest.sent, strict=True):
            parts = [piece for message in in_parts(sent) for piece in message]
            assert [one["bytes"] for one in row["images"]] == [one for one in parts if isinstance(one, bytes)]
            said = ["".join(p if isinstance(p, str) else "<image>" for p in one) for one in in_parts(sent)]
            assert [message["content"] for message in row["prompt"]] == said

    async def test_a_text_that_says_image_is_not_taken_for_a_place(self, tmp_path: Path) -> None:
        await played(tmp_path / "run", Shown(text="Write <image> here."))
        card, _ = exported(tmp_path, "verl-vision")
        assert (card.lines, dict(card.left_out)) == (0, {HAS_PLACEHOLDER: 8})

    async def test_the_columns_besides_are_those_of_the_plain_table(self, tmp_path: Path) -> None:
        await played(tmp_path / "run")
        seeing, plain = (exported(tmp_path, to)[1] for to in ("verl-vision", "verl"))
        names = [pyarrow.parquet.read_schema(file).names for file in (seeing, plain)]
        assert names[0][:-1] == names[1]
        assert names[0][-1] == "images"


class TestOpenAI:
    @pytest.mark.parametrize("to", ["openai-sft", "openai-dpo"])
    async def test_pictures_are_data_uris_of_what_was_sent(self, to: str, tmp_path: Path) -> None:
        guest = await played(tmp_path / "run")
        _, file = exported(tmp_path, to)
        row = json.loads(file.read_text().splitlines()[0])
        said = row["messages"][:-1] if to == "openai-sft" else row["input"]["messages"]
        found = [
            [message["content"]]
            if isinstance(message["content"], str)
            else [
                base64.b64decode(part["image_url"]["url"].partition(",")[2])
                if part["type"] == "image_url"
                else part["text"]
                for part in message["content"]
            ]
            for message in said
        ]
        assert found == in_parts(guest.sent[0])
        assert '"url":"data:image/jpeg;base64,' in file.read_text()

    async def test_an_address_stays_one(self, tmp_path: Path) -> None:
        await played(tmp_path / "run", shown=ADDRESS)
        _, file = exported(tmp_path, "openai-sft")
        assert file.read_text().count(ADDRESS) == 8


@pytest.mark.parametrize("to", ["trl-vision-sft", "trl-vision-dpo", "verl-vision"])
async def test_without_its_bytes_a_row_is_left_out(to: str, tmp_path: Path) -> None:
    await played(tmp_path / "run", shown=ADDRESS)
    card, _ = exported(tmp_path, to)
    assert (card.lines, dict(card.left_out)) == (0, {ADDRESS_ALONE: 8})


@pytest.mark.parametrize("to", sorted(set(FORMATS) - set(SEEN)))
async def test_a_format_of_texts_leaves_rows_with_pictures_out_and_says_so(to: str, tmp_path: Path) -> None:
    await played(tmp_path / "run")
    card, _ = exported(tmp_path, to)
    assert (card.lines, dict(card.left_out)) == (0, {LEFT_OUT: 8})


def test_the_sentence_names_the_formats_that_hold_pictures() -> None:
    assert all(name in LEFT_OUT for name in SEEN)


async def test_without_pictures_a_row_says_the_same_in_both(tmp_path: Path) -> None:
    class Spoken(Shown):
        async def play(self, episode: Episode) -> Outcome:
            await episode.ask("guest", Speech(), "What is it?", audience=NOBODY)
            return Outcome.completed({"guest": 1.0})

    guest = Noted()
    scenario = Scenario(protocol=Spoken(), tasks=[Task(text="Look.")], seats={"guest": guest})
    await run(scenario, tmp_path / "run")
    _, file = exported(tmp_path, "trl-vision-sft")
    (row,) = pyarrow.parquet.read_table(file).to_pylist()
    assert row["images"] == []
    (plain,) = map(json.loads, exported(tmp_path, "trl-sft")[1].read_text().splitlines())
    assert [message["content"][0]["text"] for message in row["prompt"]] == [
        message["content"] for message in plain["prompt"]
    ]


def test_pictures_are_whole_for_a_decoder() -> None:
    from PIL import Image

    assert Image.open(BytesIO(png(shade=9))).getpixel((0, 0)) == 9
