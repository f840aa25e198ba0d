"""Leaving keys and passwords out of what is shown."""

from __future__ import annotations

import re

_SECRET = re.compile(r"((?:key|token|secret|passw\w*|pwd|auth\w*|sig\w*|code)=)[^&]*", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/?&]*@")


def without_secrets(specification: str) -> str:
    """Return the specification of an agent, or an address, without keys and passwords.

    >>> without_secrets("openai:https://me:x@host/v1#m?api_key=x&temperature=0")
    'openai:https://[hidden]@host/v1#m?api_key=[hidden]&temperature=0'
    """
    return _SECRET.sub(r"\1[hidden]", _CREDENTIALS.sub("//[hidden]@", specification))
