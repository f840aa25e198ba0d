"""Every format is read by whom it is for; TRL's trainers take a step on a tiny model of random weights.

Needs the extra `trainers`; nothing is fetched from anywhere. LLaMA-Factory and verl are not installed for a
test: their rules for data are written down in `tests.arena.training.export.llama_factory` and here.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from arena.designs.scenario import Scenario
from arena.running.running import run
from arena.seat.agent import Reply, Request, Tokens
from arena.seat.function import Function
from arena.training.export.exporting import ExportOptions, export_rows
from protocols import Play

MISSING = [name for name in ("datasets", "pyarrow", "torch", "transformers", "trl") if not find_spec(name)]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"The trainers need {', '.join(MISSING)}, which make test-trainers installs with PyTorch.",
    ),
    pytest.mark.filterwarnings("ignore"),
]

TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
"""A chat template that takes any role, so that one that has no business there would be seen in the text."""


class Libraries(NamedTuple):
    """What the trainers are made of."""

    datasets: Any
    tokenizers: Any
    torch: Any
    transformers: Any
    trl: Any


def _talkative(request: Request) -> Reply:
    """Answer at random, with the tokens that a backend would tell: the bytes of the text."""
    text = request.form.sample(request.random())
    ids = tuple(text.encode())
    read = tuple(request.prompt.text.encode())
    return Reply(text, tokens=Tokens(ids=ids, logprobs=(-1.0,) * len(ids), ids_read=read))


@pytest.fixture(scope="module")
def libraries() -> Iterator[Libraries]:
    """The packages, imported when they are first used, and kept from looking for anything elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"):
            patch.setenv(name, "1")
        yield Libraries(*map(import_module, Libraries._fields))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of Kuhn poker, three hands an episode: one seat hears what the other does."""
    folder: Path = tmp_path_factory.mktemp("trainers") / "run"
    agent = Function(_talkative)
    agent.name = "talkative@3"
    seats = {"player_0": agent, "player_1": agent}
    asyncio.run(run(Scenario(protocol=Play(hands=3), seats=seats, episodes=40), folder))
    return folder


@pytest.fixture(scope="module")
def tokenizer(libraries: Libraries) -> Any:
    """A tokenizer of bytes, made here."""
    tokenizers = libraries.tokenizers
    letters = tokenizers.pre_tokenizers.ByteLevel
    special = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    vocabulary = {token: place for place, token in enumerate([*special, *sorted(letters.alphabet())])}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    made.pre_tokenizer = letters(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.add_special_tokens(special)
    found = libraries.transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<|pad|>", eos_token="<|end|>"
    )
    found.chat_template = TEMPLATE
    return found


@pytest.fixture
def model(libraries: Libraries, tokenizer: Any, tmp_path: Path) -> Any:
    """A Llama of some thousand weights, read from a folder: DPO reads what it compares it with there."""
    transformers = libraries.transformers
    libraries.torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(tmp_path / "model")
    return transformers.LlamaForCausalLM.from_pretrained(tmp_path / "model")


@pytest.fixture
def loaded(libraries: Libraries, played: Path, tmp_path: Path) -> Any:
    """Export to a format, and load the file as `datasets` does."""

    def load(to: str, **choice: Any) -> Any:
        kind = "parquet" if to in ("tokens", "verl") else "json"
        file = tmp_path / f"{to}.{'parquet' if kind == 'parquet' else 'jsonl'}"
        card = export_rows([played], file, ExportOptions(to=to, **choice))
        cache = str(tmp_path / "cache")
        found = libraries.datasets.load_dataset(kind, data_files=str(file), split="train", cache_dir=cache)
        assert len(found) == card.lines > 0
        return found

    return load


def _step(
    libraries: Libraries, kind: str, model: Any, tokenizer: Any, data: Any, folder: Path, **settings: Any
) -> dict[str, Any]:
    """Take one step with a trainer of TRL, and return what it logged, and the trainer itself."""
    before = [weights.clone() for weights in model.parameters()]
    config = getattr(libraries.trl, f"{kind}Config")(
        output_dir=str(folder),
        max_steps=1,
        per_device_train_batch_size=4,
        learning_rate=0.1,
        logging_steps=1,
        report_to=[],
        save_strategy="no",
        use_cpu=True,
        bf16=False,
        **settings,
    )
    trainer = getattr(libraries.trl, f"{kind}Trainer")(
        model=model, args=config, train_dataset=data, processing_class=tokenizer
    )
    trainer.train()
    assert any(
        not libraries.torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True)
    )
    logged = next(entry for entry in trainer.state.log_history if "loss" in entry)
    assert math.isfinite(logged["loss"])
    assert logged["loss"] > 0
    return {**logged, "trainer": trainer}


class TestTrl:
    def test_sft_learns_the_seats_own_reply_and_nothing_else(
        self, libraries: Libraries, loaded: Any, model: Any, tokenizer: Any, tmp_path: Path
    ) -> None:
        """Opponent's words trained on because a whole conversation was exported as one row."""
        data = loaded("trl-sft")
        trainer = _step(libraries, "SFT", model, tokenizer, data, tmp_path, max_length=4096)["trainer"]
        batch = next(iter(trainer.get_train_dataloader()))
        said = {row["completion"][0]["content"] for row in data}
        for labels in batch["labels"]:
            learnt = tokenizer.decode(labels[labels != -100])
            assert learnt.removesuffix("<|end|>").removeprefix("<|assistant|>") in said

    def test_dpo_prefers_the_reply_that_earned_more(
        self, libraries: Libraries, loaded: Any, model: Any, tokenizer: Any, tmp_path: Path
    ) -> None:
        data = loaded("trl-dpo")
        assert all(row["chosen_reward"] > row["rejected_reward"] for row in data)
        logged = _step(libraries, "DPO", model, tokenizer, data, tmp_path, max_length=4096)
        assert logged["loss"] == pytest.approx(math.log(2), abs=0.01)

    def test_kto_is_told_which_replies_are_desirable(
        self, libraries: Libraries, loaded: Any, model: Any, tokenizer: Any, tmp_path: Path
    ) -> None:
        data = loaded("trl-kto")
        assert {row["label"] for row in data} == {True, False}
        _step(libraries, "KTO", model, tokenizer, data, tmp_path, max_length=4096)


class TestVerl:
    """The rules of verl's documentation for the data of RL training."""

    def test_rows_are_what_its_dataset_reads(self, loaded: Any, tokenizer: Any) -> None:
        data = loaded("verl")
        assert data.column_names == ["data_source", "prompt", "ability", "reward_model", "extra_info"]
        for index, row in enumerate(data):
            assert isinstance(row["data_source"], str)
            assert row["reward_model"]["style"] == "rule"
            assert isinstance(row["reward_model"]["ground_truth"], str)
            assert row["extra_info"]["index"] == index
            assert row["extra_info"]["policy_version"] == "3"
            text = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False)
            assert text.startswith("<|system|>")
            assert text.endswith("<|assistant|>")


class TestTokens:
    def test_ids_are_the_backends_and_every_list_is_as_long(self, loaded: Any) -> None:
        for row in loaded("tokens"):
            assert bytes(row["completion_ids"]).decode() == row["completion"]
            assert row["prompt"][-1]["content"].endswith(bytes(row["prompt_ids"]).decode())
            assert row["mask"] == [int(not row["masked"])] * len(row["completion_ids"])
            assert row["logprobs"] == [-1.0] * len(row["mask"])
            assert row["advantages"] == pytest.approx([row["advantage"]] * len(row["mask"]))

    def test_a_policy_gradient_can_be_taken_of_them(
        self, libraries: Libraries, loaded: Any, model: Any
    ) -> None:
        torch = libraries.torch
        rows = [row for row in loaded("tokens", advantage="role") if row["advantage"]][:4]
        loss = torch.zeros(())
        for row in rows:
            ids = torch.tensor([row["prompt_ids"] + row["completion_ids"]]) % model.config.vocab_size
            made = len(row["completion_ids"])
            likely = model(ids).logits[0, -made - 1 : -1].log_softmax(-1)
            taken = likely.gather(1, ids[0, -made:, None])[:, 0]
            loss = loss - (taken * torch.tensor(row["advantages"]) * torch.tensor(row["mask"])).sum()
        loss.backward()
        gradient = sum(float(weights.grad.abs().sum()) for weights in model.parameters())
        assert math.isfinite(gradient)
        assert gradient > 0


@pytest.mark.parametrize(
    "to",
    [
        "sharegpt",
        "sharegpt-dpo",
        "sharegpt-kto",
        "openai-sft",
        "openai-dpo",
        "trl-sft",
        "trl-dpo",
        "trl-kto",
        "spans",
    ],
)
def test_datasets_loads_every_file_of_lines_as_it_is(loaded: Any, tmp_path: Path, to: str) -> None:
    columns = loaded(to).column_names
    first, *_ = (tmp_path / f"{to}.jsonl").read_text().splitlines()
    assert columns == list(json.loads(first))


def test_a_late_value_in_a_column_of_nulls_is_loaded_too(
    libraries: Libraries, played: Path, tmp_path: Path
) -> None:
    """The first belief may be told a long way into the file: then the card's columns are needed."""
    file = tmp_path / "rows.jsonl"
    card = export_rows([played], file, ExportOptions(to="trl-sft"))
    lines = file.read_bytes().splitlines(keepends=True)
    late = lines[0].replace(b'"confidence":null', b'"confidence":0.5')
    with file.open("ab") as stream:
        stream.writelines(lines * (2**25 // sum(map(len, lines))))
        stream.write(late)
    datasets = libraries.datasets
    message = [{"role": datasets.Value("string"), "content": datasets.Value("string")}]
    columns = {name: datasets.Value(kind) for name, kind in card.columns.items()}
    features = datasets.Features({"prompt": message, "completion": message, **columns})
    found = datasets.load_dataset(
        "json", data_files=str(file), split="train", features=features, cache_dir=str(tmp_path)
    )
    assert found[0]["confidence"] is None
    assert found[-1]["confidence"] == 0.5
