"""Asking llama.cpp which roles a loaded model's chat template takes.

Its server says so in ``chat_template_caps`` of ``/props``. If the template has no role for the system, the
server itself joins the system message to another one and does not report it. Then an export would not hold
what the model read.
https://github.com/ggml-org/llama.cpp/tree/master/tools/server
"""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

_SECONDS = 20.0


def takes_system(address: str, key: str) -> bool:
    """Return whether the model has a role for the system. It is true if the server does not say.

    Args:
        address: where llama.cpp's server listens: ``unix:///...`` or ``http://...``.
        key: the key that the server requires.
    """
    try:
        props = _props(address, key)
    except (OSError, HTTPException, ValueError):
        return True
    caps = props.get("chat_template_caps") if isinstance(props, dict) else None
    return not isinstance(caps, dict) or caps.get("supports_system_role") is not False


def _props(address: str, key: str) -> Any:
    place = urlsplit(address)
    connection = HTTPConnection(place.hostname or "localhost", place.port, timeout=_SECONDS)
    try:
        if place.scheme == "unix":
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(_SECONDS)
            connection.sock.connect(place.path)
        connection.request("GET", "/props", headers={"Authorization": f"Bearer {key}"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
