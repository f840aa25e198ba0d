"""How many examples hypothesis tries: few where one is dear, some where it is cheap."""

from __future__ import annotations

from hypothesis import settings

few = settings(deadline=None, max_examples=30)
some = settings(deadline=None, max_examples=80)
