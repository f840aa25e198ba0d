"""tuple[Picture, ...]: PNG and JPEG files that seats see, checked by their content and never decoded."""

from arena.pictures._files import MOST_BYTES
from arena.pictures._picture import Picture, picture_lines
from arena.pictures._reading import PictureName, named_in

__all__ = ["MOST_BYTES", "Picture", "PictureName", "named_in", "picture_lines"]
