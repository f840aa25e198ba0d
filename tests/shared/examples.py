"""How many examples hypothesis tries: fewest where one plays for a long time, some where it is cheap."""

from __future__ import annotations

from hypothesis import settings

fewest = settings(deadline=None, max_examples=8)
few = settings(deadline=None, max_examples=30)
some = settings(deadline=None, max_examples=80)
