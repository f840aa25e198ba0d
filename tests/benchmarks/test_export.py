"""The benchmark of the export measures what it says, at a size too small to say anything about speed."""

from __future__ import annotations

import importlib.util

import pytest

from benchmarks import export


@pytest.mark.slow
def test_export_gives_a_rate_and_the_ratio_of_two_processes() -> None:
    pytest.importorskip("pyarrow", reason="needs: pip install '.[parquet]'")
    rate, ratio, megabytes = export.measure(few=20, many=40, rounds=1)
    assert rate.value > 0
    assert 0.5 < ratio.value < 2
    assert 10 < megabytes.value < 1000


def test_without_pyarrow_it_is_skipped_by_name() -> None:
    if importlib.util.find_spec("pyarrow"):
        pytest.skip("pyarrow is installed")
    with pytest.raises(ModuleNotFoundError) as missing:
        export.measure(few=20, many=40, rounds=1)
    assert missing.value.name == "pyarrow"
