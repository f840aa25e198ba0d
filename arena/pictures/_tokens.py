"""How many tokens of a model's prompt a picture takes, as far as that can be guessed beforehand."""

from __future__ import annotations

from math import ceil

from arena.pictures._picture import Picture

_BASE, _A_TILE, _TILE = 85, 170, 512
_LONGEST, _SHORTEST = 2048, 768
_MOST = 1_445


def tokens_of(picture: Picture) -> int:
    """Return about how many tokens a picture takes, at most 1,445.

    It is OpenAI's count for a picture in full detail: the picture is scaled down to fit 2,048 x 2,048 pixels
    and then to 768 on its shorter side, and takes 170 tokens for each tile of 512 x 512, and 85 more
    (https://platform.openai.com/docs/guides/images-vision). Anthropic counts a token for 750 pixels, at most
    some 1,600. A picture of which only the address is known counts as the largest.

    >>> tokens_of(Picture("", width=1024, height=1024)), tokens_of(Picture("", width=2048, height=4096))
    (765, 1105)
    """
    if picture.address:
        return _MOST
    width, height = picture.width, picture.height
    scale = min(1.0, _LONGEST / max(width, height))
    scale = min(scale, _SHORTEST / min(width, height))
    tiles = ceil(width * scale / _TILE) * ceil(height * scale / _TILE)
    return min(_BASE + _A_TILE * tiles, _MOST)
