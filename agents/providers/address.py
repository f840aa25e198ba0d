"""Reading the address of a server from the user. It is read strictly, before anything is sent there.

A server's address is the part that all its requests share, such as ``http://localhost:8000/v1``. It may end
in a query, which Azure requires (``?api-version=2024-10-21``). The query is added to the end of each
request's address. An address is stored with the run and shown in errors, so it must hold no key.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from arena.core.errors import UsageError

_LONGEST = 2000
_SECRET_NAME = re.compile(r"key|token|secret|passw|pwd|auth|credential|signature|^sig$|^code$", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(?:^sk-|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,})")
_NEVER_IN_ADDRESS = re.compile(r'[\s<>"{}|\\^`\x00-\x1f\x7f]')
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_ENDPOINTS = ("/chat/completions", "/completions", "/responses", "/messages", "/models", "/embeddings")
_EXAMPLE = "such as http://localhost:8000/v1"


class Address(NamedTuple):
    """A server's address: the `base` without a slash at its end, and the `query` of every request."""

    base: str = ""
    query: str = ""

    def to(self, path: str) -> str:
        """Return the address of a path below the base."""
        joined = "&" if "?" in path else "?"
        return f"{self.base.rstrip('/')}{path}" + (f"{joined}{self.query}" if self.query else "")


def read_address(text: str, path: str, name: str = "base_url") -> Address:
    """Return the address in `text`; an empty text is an empty address.

    Args:
        text: the text from the user.
        path: the path that is added to the address for a completion, such as ``/chat/completions``.
        name: the name of the setting, for errors.

    Raises:
        UsageError: if the text is not a web address, holds a secret, or already holds a part of `path`. The
            error quotes nothing that may be secret.
    """
    if not text:
        return Address()
    if _NEVER_IN_ADDRESS.search(text):
        raise _refused(name, "holds a space or another character that no address has")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _refused(name, "is not a web address") from None
    _check_secrets(parts, name)
    if len(text) > _LONGEST:
        raise _refused(name, f"is longer than {_LONGEST:,} characters")
    _check_server(parts, text, name)
    if parts.fragment or text.endswith("#"):
        raise _refused(name, "holds a fragment (what follows #), which is never sent to a server")
    base = text.partition("?")[0].rstrip("/")
    _check_path(base, parts.path.rstrip("/"), path, name)
    return Address(base, parts.query)


def _check_secrets(parts: SplitResult, name: str) -> None:
    if "@" in parts.netloc:
        raise UsageError(f"A {name} must hold no user or password; keys are read from the environment.")
    for parameter, value in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET_NAME.search(parameter) or _SECRET_VALUE.search(value):
            raise UsageError(
                f"A {name} must hold no key, and its query does; keys are read from the environment."
            )


def _check_server(parts: SplitResult, text: str, name: str) -> None:
    if parts.scheme not in ("http", "https") or not text.lower().startswith(f"{parts.scheme}://"):
        raise _refused(name, "must begin with http:// or https://")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused(name, "has a port that is not a number from 1 to 65535") from None
    if port == 0 or parts.netloc.endswith(":"):
        raise _refused(name, "has a port that is not a number from 1 to 65535")
    if not host:
        raise _refused(name, "names no host")
    is_numeric = ":" in host  # an IPv6 address, which urlsplit has checked
    labels = host.removesuffix(".").split(".")
    if not is_numeric and (len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels)):
        raise _refused(name, "names a host that cannot exist")


def _check_path(base: str, given: str, path: str, name: str) -> None:
    for endpoint in _ENDPOINTS:
        if given.endswith(endpoint):
            raise UsageError(
                f"A {name} is given without {endpoint}, which is added for each request: "
                f"{base.removesuffix(endpoint)}"
            )
    if given.endswith("/v1/v1"):
        raise UsageError(f"The {name} {base} holds /v1 twice; give {base.removesuffix('/v1')}")
    version = path[: path.find("/", 1)] if path.count("/") > 1 else ""
    if version == "/v1" and given.endswith(version):
        raise UsageError(
            f"A {name} is given without {version}, which is added for each request: "
            f"{base.removesuffix(version)}"
        )


def _refused(name: str, why: str) -> UsageError:
    return UsageError(f"The {name} {why}; give the server's address, {_EXAMPLE}")
