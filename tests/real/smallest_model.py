"""The smallest model of the catalogue, and the marks of tests that need it."""

from __future__ import annotations

import importlib.util

import pytest

from arena.models import MODELS, Store

SMALLEST = MODELS["smollm2-135m"]

needs_the_smallest_model = [
    pytest.mark.model,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="the extra 'local' is not installed"
    ),
    pytest.mark.skipif(
        not Store().has(SMALLEST), reason=f"no model is here (arena model pull {SMALLEST.name})"
    ),
]
