"""Pages that show runs in a browser, while they go on and afterwards.

Journals are read, and nothing that they name is run. The pages of an episode show everything to the run's
owner, or what one seat can see: that is made from the seat's own view, so nothing else is in the page.
"""

from arena.view._bundling import bundle
from arena.view._serving import serve

__all__ = ["bundle", "serve"]
