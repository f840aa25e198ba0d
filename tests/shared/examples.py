"""How many examples hypothesis tries: fewest where one plays for a long time, some where it is cheap.

``HYPOTHESIS_PROFILE=thorough make test`` tries ten times as many.
"""

from __future__ import annotations

from hypothesis import settings

_TIMES = 10 if settings.get_current_profile_name() == "thorough" else 1

fewest = settings(deadline=None, max_examples=6 * _TIMES)
few = settings(deadline=None, max_examples=20 * _TIMES)
some = settings(deadline=None, max_examples=50 * _TIMES)
