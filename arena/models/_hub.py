"""Fetching a model's file from the hub, by the hub's own client (extra ``hub``)."""

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
    """The hub on which the models' makers publish them."""

    name = "the hub"

    def fetch(self, model: NamedModel, folder: Path, advance: Advance) -> Path:
        """Return the model's file, downloaded into `folder`; the client shows for itself how far it is.

        Raises:
            NotDelivered: if its client is not installed, or the file cannot be had from the hub.
        """
        if importlib.util.find_spec("huggingface_hub") is None:
            raise NotDelivered("the hub's client (the extra 'hub') is not installed")
        from huggingface_hub import constants, hf_hub_download

        if not _answers(constants.ENDPOINT):
            raise NotDelivered("the hub was not reached")
        try:
            got = hf_hub_download(model.repository, model.file, local_dir=folder, etag_timeout=_SECONDS)
        except Exception as error:  # of the client, of its HTTP library or of the network
            raise NotDelivered(f"the hub did not deliver ({type(error).__name__})") from error
        return Path(got)


def _answers(endpoint: str) -> bool:
    """Whether anybody is there, which the client would try to find out for half a minute."""
    if getproxies():  # the way there is the client's to find
        return True
    place = urlsplit(endpoint)
    try:
        with socket.create_connection((place.hostname, place.port or 443), timeout=_SECONDS):
            return True
    except OSError:
        return False
