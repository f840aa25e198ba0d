"""Mappings: paths, values and translations, and nothing that is run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine
from arena.importing import Mapped, import_transcripts, read_mapping
from arena.importing._paths import at
from tests.arena.importing.theirs import MAPPING, THEIRS, changed, write
from tests.shared.examples import few

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def mapped(**parts: Any) -> Mapped:
    return Mapped.model_validate({"task": {"text": "t"}, "seats": {"judge": "j"}, **parts})


class TestPlaces:
    def test_a_path_leads_through_names_and_places(self) -> None:
        assert at({"sides": [{"model": "x"}, {"model": "y"}]}, "sides.1.model") == "y"

    def test_entries_can_look_at_the_episode(self) -> None:
        made = mapped(speeches=[{"each": "said", "seat": "$.who", "text": "words"}])
        assert made.episode({"who": "ann", "said": [{"words": "a"}, {"words": "b"}]})["speeches"] == [
            {"seat": "ann", "text": "a"},
            {"seat": "ann", "text": "b"},
        ]

    @pytest.mark.parametrize(
        ("place", "value", "found"),
        [
            ({"is": "for"}, None, "for"),
            ({"path": "x", "as": {"pro": "for"}}, "pro", "for"),
            ({"path": "x", "as": {"1": "for"}}, 1, "for"),
            ({"path": "x", "as": {"true": "for"}}, True, "for"),
            ({"path": "x", "of": 100}, 75, 0.75),
            ({"path": "x", "of": 100}, "75", 0.75),
            ({"path": "x", "of": 100}, None, None),
        ],
    )
    def test_a_value_is_found(self, place: Any, value: Any, found: Any) -> None:
        assert mapped(returns={"ann": place}).episode({"x": value})["returns"] == {"ann": found}

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            ({"path": "x", "as": {"pro": "for"}}, "con", "ann: 'con' at x is not one of 'pro'"),
            ({"path": "x", "as": {"pro": "for"}}, ["pro"], "is not one of 'pro'"),
            ({"path": "x", "of": 100}, "many", "ann: 'many' at x is not a number"),
            ({"path": "x", "of": 100}, True, "is not a number"),
            ({"path": "x", "of": 100}, 10**400, "is not a number"),
        ],
    )
    def test_what_cannot_be_mapped_is_told(self, place: Any, value: Any, said: str) -> None:
        with pytest.raises(BadLine, match=said):
            mapped(returns={"ann": place}).episode({"x": value})

    @few
    @given(json)
    def test_whatever_the_foreign_data_are_it_maps_or_tells(self, foreign: Any) -> None:
        made = mapped(
            beliefs=[
                {"each": "a", "seat": {"path": "b", "as": {"c": "d"}}, "probability": {"path": "", "of": 2}}
            ],
            verdicts=[{"choice": "a.0"}],
        )
        with suppress(BadLine):
            assert set(made.episode(foreign)) >= {"task", "seats", "beliefs"}


class TestFiles:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("task = [", "is not TOML"),
            ("", "is not valid: seats: it is missing"),
            (MAPPING + "\n[extra]\n", "is not valid: extra: there is no such setting"),
            (MAPPING.replace("of = 100", "of = 0"), "is not valid: beliefs.0.probability"),
            (MAPPING.replace('text = "meta.motion"', 'text = { run = "x" }'), "is not valid: task.text"),
        ],
    )
    def test_a_bad_mapping_is_told_in_one_sentence(self, tmp_path: Path, text: str, said: str) -> None:
        file = tmp_path / "map.toml"
        file.write_text(text)
        with pytest.raises(UsageError) as raised:
            read_mapping(file)
        assert said in str(raised.value)
        assert "\n" not in str(raised.value)

    def test_a_mapping_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            read_mapping(tmp_path / "none.toml")

    def test_a_line_that_does_not_fit_is_told_by_its_number(self, tmp_path: Path) -> None:
        (tmp_path / "map.toml").write_text(MAPPING)
        file = write(tmp_path / "theirs.jsonl", [THEIRS, changed(THEIRS, "jury.0.winner", "nobody")])
        with pytest.raises(UsageError, match="line 2: choice: 'nobody' at winner is not one of 'pro', 'con'"):
            import_transcripts([file], tmp_path / "run", mapping=tmp_path / "map.toml")
