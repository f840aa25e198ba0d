"""CITATION.cff cites the version that is here."""

from __future__ import annotations

import re

import arena
from tests.packaging.environments import ROOT


def test_it_names_this_version_and_its_licence() -> None:
    said = dict(re.findall(r"^([\w-]+): (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE))
    assert said["version"] == arena.__version__
    assert said["license"] == "Apache-2.0"
    assert said["cff-version"] == "1.2.0"
