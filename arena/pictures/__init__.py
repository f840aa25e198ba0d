"""Pictures: PNG and JPEG files that seats see, checked by their content and never decoded."""

from arena.pictures._fetching import fetch
from arena.pictures._files import MOST_BYTES
from arena.pictures._picture import Picture, picture_lines
from arena.pictures._reading import named_in
from arena.pictures._tokens import tokens_of

__all__ = ["MOST_BYTES", "Picture", "fetch", "named_in", "picture_lines", "tokens_of"]
