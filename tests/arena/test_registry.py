"""The version that an agent's name tells, and stored settings as they are today."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.designs.comparison import Comparison
from arena.registry import MOVED, find, renewed, version_of
from arena.tasks.task import Task
from protocols import Debate, Mad


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("critic@3", "3"),
        ("local?persona=me@home@v2", "v2"),
        ("critic", None),
        ("critic@", None),
        ("@first", "first"),
        ("", None),
    ],
)
def test_is_what_stands_behind_the_last_at(name: str, version: str | None) -> None:
    assert version_of(name) == version


@given(st.text(), st.text(min_size=1).filter(lambda version: "@" not in version))
def test_is_found_whatever_the_name(name: str, version: str) -> None:
    assert version_of(f"{name}@{version}") == version


class TestStoredSettings:
    def test_get_the_settings_that_their_version_did_not_have(self) -> None:
        seats = dict.fromkeys((*Debate().seats, *Mad().seats), "random")
        compared = Comparison(
            conditions={"debate": Debate(), "mad": Mad()}, tasks=[Task(text="?")], seats=seats
        )
        stored = json.loads(json.dumps(compared.config()))
        mad = stored["protocol"]["conditions"]["mad"]["protocol"]
        del mad["judge_reads"], mad["tit_for_tat"]
        mad["level"] = 1
        assert renewed(stored) == json.loads(json.dumps(compared.config()))

    def test_stay_as_they_are_where_the_protocol_is_in_no_table_or_takes_them_no_more(self) -> None:
        for stored in (
            {"protocol": {"class": "mine.py:Own", "rounds": 3}},
            {"protocol": {"class": "protocols.mad:Mad", "rounds": -1}},
            {"kind": "imported", "seed": 4, "seats": ["a"]},
        ):
            assert renewed(stored) == stored


@pytest.mark.parametrize("first", MOVED)
def test_classes_of_old_journals_are_found_where_they_stand_now(first: str) -> None:
    assert isinstance(find("protocols", first), type)
