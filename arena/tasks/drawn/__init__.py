"""Tasks about pictures that are drawn from numbers, so that their truth is exact and nobody's data is needed.

The truth follows from the numbers and never from the pixels. The pictures of one kind all have the same
size, and no picture has a name or a text chunk. A picture is the same, byte for byte, for the same seed and
the same version of Pillow, which the extra `pictures` installs.
"""

from arena.tasks.drawn._bars import bar_charts
from arena.tasks.drawn._clocks import clock_faces
from arena.tasks.drawn._grids import coloured_grids, grid_picture
from arena.tasks.drawn._shapes import coloured_shapes

__all__ = ["bar_charts", "clock_faces", "coloured_grids", "coloured_shapes", "grid_picture"]
