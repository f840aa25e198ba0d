"""Separating a model's thoughts from its reply, and removing leftover tokens of its template.

A server that does not know a model's template leaves the thoughts in the text: between tags, in channels,
without the opening tag (which the template has already written), or without an end. A thought without an end
extends to the end of the text.
"""

from __future__ import annotations

import re

_NAMES = (
    "think|thinking|thinking_process|thought|thoughts|reasoning|reflection|scratchpad|analysis|"
    "inner_monologue|internal_monologue|seed:think"
)
_TAG = re.compile(
    rf"[<\[◁](?P<close>/)?(?P<name>{_NAMES})[>\]▷]"
    r"|<\|(?:(?P<begin>begin_of_thought|START_THINKING|thinking)|(?P<end>end_of_thought|"
    r"END_THINKING|/thinking))\|>"
    r"|(?P<unused><unused94>(?:thought)?)|(?P<used><unused95>)"
    r"|(?P<gemma><\|channel>(?:thought|analysis))|(?P<emma><channel\|>)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"^[ \t]*</?(?:{_NAMES})>[ \t]*$", re.IGNORECASE | re.MULTILINE)
"""A tag on a line of its own, which cannot stand in JSON."""
_HINTS = ("think", "thought", "reasoning", "reflection", "scratchpad", "analysis", "monologue", "unused9")
_MOST_TAGS = 200
_MOST_TOKENS = 8
_LONGEST_TOKEN = 60
_QUOTED_LINE = re.compile(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)*>")

_CHANNEL = re.compile(
    r"<\|channel\|>[ \t]*(?P<name>[\w-]{0,40})[^<>\n]{0,200}(?:<\|constrain\|>[^<>\n]{0,40})?<\|message\|>"
)
_STRIPPED_CHANNELS = re.compile(r"(?:assistant)?(?:analysis|commentary)(?=[^\s:;,.])")
_STRIPPED_FINAL = "assistantfinal"

_SPECIAL = re.compile(
    r"<\|(?:im_start|start_header_id)\|>[ \t]*(?:assistant|model)?[ \t]*(?:<\|(?:im_sep|end_header_id)\|>)?"
    r"|<\|start\|>(?:assistant)?|<start_of_turn>(?:model)?"
    r"|<[|｜][\w▁ -]{1,40}[|｜]>|</?s>|<(?:eos|bos|pad|unk|end_of_turn|end_of_text|eot|eod)>|"
    r"\[/?INST\]|<<?/?SYS>>?",
    re.IGNORECASE,
)
_SPECIAL_HINTS = (
    *("<|", "<｜", "<s>", "</s>", "<eo", "<bos", "<pad", "<unk", "<end_of", "<start_of", "inst]", "sys>"),
)


def thought_apart(text: str) -> tuple[str, str]:
    """Return a model's thoughts, and the rest of its text.

    Thoughts stand between tags such as ``<think>``, in angle or square brackets and in any case, or in
    channels other than ``final``. A closing tag alone ends a thought that the template began. If a thought
    never ends, the whole text is thought, because the text before it may not be an answer. JSON is left
    unchanged, and so is a tag on a line quoted with ``>``.

    >>> thought_apart("<think>He bluffs.</think>\\n\\nI call.")
    ('He bluffs.', 'I call.')
    >>> thought_apart("<think>He bluffs. I call.")
    ('He bluffs. I call.', '')
    >>> thought_apart("I call.")
    ('', 'I call.')
    """
    if text.lstrip()[:1] == "{" and not _ALONE.search(text):
        return "", text
    if "<|channel|>" in text:
        return _channels_apart(text)
    if _STRIPPED_FINAL in text and _STRIPPED_CHANNELS.match(text):
        thought, _, rest = text.rpartition(_STRIPPED_FINAL)
        return _STRIPPED_CHANNELS.sub("", thought, count=1).strip(), rest.lstrip()
    lower = text.lower() if "<" in text or "[" in text or "◁" in text else ""
    if not any(hint in lower for hint in _HINTS):
        return "", text
    return _tags_apart(text)


def without_tokens(text: str) -> str:
    """Return the text without a template's special tokens. A token in the middle is replaced by a line break.

    >>> without_tokens("Answer: B<|im_end|>")
    'Answer: B'
    """
    lower = text.lower() if "<" in text or "[" in text else ""
    return _SPECIAL.sub("\n", text).strip("\n") if any(hint in lower for hint in _SPECIAL_HINTS) else text


def said(text: str) -> str:
    """Return a reply's text without thoughts, and without special tokens at its beginning and end.

    The text between them is unchanged, because others may read it.
    """
    written = thought_apart(text)[1]
    if "<" not in written and "[" not in written:
        return written
    for _ in range(_MOST_TOKENS):
        if not (found := _SPECIAL.match(written)):
            break
        written = written[found.end() :].lstrip()
    for _ in range(_MOST_TOKENS):
        last = max(0, len(written) - _LONGEST_TOKEN)
        at = max(written.rfind("<", last), written.rfind("[", last))
        found = _SPECIAL.match(written, at) if at >= 0 else None
        if found is None or written[found.end() :].strip():
            break
        written = written[:at].rstrip()
    return written


def _channels_apart(text: str) -> tuple[str, str]:
    thoughts: list[str] = []
    written: list[str] = []
    begins = list(_CHANNEL.finditer(text))
    if len(begins) > _MOST_TAGS or not begins:
        return text.strip(), ""
    ends = [*(found.start() for found in begins[1:]), len(text)]
    for found, end in zip(begins, ends, strict=True):
        part = text[found.end() : end]
        for ending in ("<|end|>", "<|return|>", "<|call|>"):
            part = part.partition(ending)[0]
        part = part.partition("<|start|>")[0]
        (written if found["name"].lower() == "final" else thoughts).append(part.strip())
    return "\n".join(thoughts), "\n".join(written)


def _tags_apart(text: str) -> tuple[str, str]:
    """Return the text inside tags, and the text outside them."""
    tags = _tags(text)
    if len(tags) == _MOST_TAGS:
        return text.strip(), ""
    closed_later: dict[str, int] = {name: place for place, (_, name, opens) in enumerate(tags) if not opens}
    thoughts: list[str] = []
    written: list[str] = []
    open_names: list[str] = []
    at = 0
    for place, (found, name, opens) in enumerate(tags):
        part = text[at : found.start()]
        if opens:
            (thoughts if open_names else written).append(part)
            open_names.append(name)
        elif not open_names:
            if not _ends_a_thought(text, found):
                continue
            thoughts += [*written, part]
            written = []
        else:
            thoughts.append(part)
            if name in open_names:
                del open_names[open_names.index(name) :]
            elif closed_later.get(open_names[-1], -1) < place:
                open_names.pop()
        at = found.end()
    if open_names and text[at:].strip():
        return "\n".join(filter(None, map(str.strip, [*thoughts, *written, text[at:]]))), ""
    written.append(text[at:])
    if not thoughts and not open_names:
        return "", text
    return "\n".join(filter(None, map(str.strip, thoughts))), "\n".join(filter(None, map(str.strip, written)))


def _tags(text: str) -> list[tuple[re.Match[str], str, bool]]:
    """Return the tags that are not quoted, with their names, and whether each opens a thought."""
    tags: list[tuple[re.Match[str], str, bool]] = []
    for found in _TAG.finditer(text):
        if len(tags) == _MOST_TAGS:
            break
        line = text.rfind("\n", 0, found.start()) + 1
        if _QUOTED_LINE.match(text, line, found.start() + 1):
            continue
        opens = bool(
            found["begin"] or found["unused"] or found["gemma"] or (found["name"] and not found["close"])
        )
        tags.append(
            (
                found,
                (found["name"] or found["begin"] or found["end"] or "channel").lower().removesuffix("ing"),
                opens,
            )
        )
    return tags


def _ends_a_thought(text: str, found: re.Match[str]) -> bool:
    """Return whether a closing tag without an opening tag is a real tag, and not a mention of one."""
    line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    rest = text[found.end() : found.end() + 1]
    quotes = sum(map(line.count, '"“”`'))
    return (
        quotes % 2 == 0
        and not line.rstrip(" \t").endswith(("'", "‘", "«"))
        and rest not in ("'", "’", "»", "`", '"')
    )
