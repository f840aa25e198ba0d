"""The version that an agent's name tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.registry import version_of


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
