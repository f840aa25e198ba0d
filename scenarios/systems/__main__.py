"""Write the page of the published systems: ``python -m scenarios.systems``."""

from __future__ import annotations

from scenarios.systems.page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
