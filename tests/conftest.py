"""How hypothesis runs here: no deadlines, which fail on a busy machine and say nothing about the code.

With ``HYPOTHESIS_PROFILE=ci`` it tries the same examples at every run of the same code, so that what must
pass before a change lands does not depend on chance. By default it tries others each time.

The garbage collector is kept away from the million objects that collecting the tests makes, all of which live
to the end: to search them again and again takes a tenth of the run.
"""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.arena.cli.typing_in import Typist

settings.register_profile("arena", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=600)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "arena"))


# From here to the end of collection nothing becomes garbage.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typist:
    """A command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Typist(tmp_path, capsys)
