"""Downloading a model's file from the hub with the hub's own client (extra ``hub``)."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from arena.models._catalogue import NamedModel
from arena.models._source import Advance, NotDelivered

_SECONDS = 10.0


class Hub:
    """The hub on which the makers publish their models."""

    name = "the hub"

    def fetch(self, model: NamedModel, folder: Path, advance: Advance) -> Path:
        """Download the model's file into `folder` and return its path. The client shows its own progress.

        Raises:
            NotDelivered: if the client is not installed, or the hub does not deliver the file.
        """
        if importlib.util.find_spec("huggingface_hub") is None:
            raise NotDelivered("the hub's client (the extra 'hub') is not installed")
        from huggingface_hub import constants, hf_hub_download

        if not _answers(constants.ENDPOINT):
            raise NotDelivered("the hub was not reached")
        try:
            got = hf_hub_download(model.repository, model.file, local_dir=folder, etag_timeout=_SECONDS)
        except Exception as error:  # the client, its HTTP library and the network raise many kinds
            raise NotDelivered(f"the hub did not deliver ({type(error).__name__})") from error
        return Path(got)


def _answers(endpoint: str) -> bool:
    """Whether the hub answers. The client itself would try for half a minute to find out."""
    if getproxies():  # only the client knows how to use a proxy
        return True
    place = urlsplit(endpoint)
    try:
        with socket.create_connection((place.hostname, place.port or 443), timeout=_SECONDS):
            return True
    except OSError:
        return False
