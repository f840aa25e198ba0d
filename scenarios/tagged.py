"""Replies whose parts stand between tags, such as ``<think>``, and are kept as they stand."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from arena.forms import Form, Status, Unusable
from arena.forms.base import object_schema, text_schema
from arena.forms.reading import thought_apart


class Tagged(NamedTuple):
    """A part of a reply: the name of its tag, and what stands in it."""

    tag: str
    said: str


@dataclass(frozen=True, slots=True)
class AsWritten(Form[str]):
    """Any text that is not empty. It is never asked again for its form, because rewards are paid for that."""

    def instructions(self) -> str:
        """Return nothing, because each question says in its own words what the parts are."""
        return ""

    def parse(self, text: str) -> str:
        """Return the text.

        Raises:
            Unusable: if it is empty.
        """
        if not text.strip():
            raise Unusable(Status.UNPARSEABLE, "it is empty")
        return text.strip()

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"reply": text}``."""
        return object_schema("reply", text_schema(None))

    def sample(self, rng: random.Random) -> str:
        """Return a thought and an answer in a box."""
        return f"<think>Hm.</think> \\boxed{{{rng.randint(1, 5)}}}"


@dataclass(frozen=True, slots=True)
class WholeOutput(AsWritten):
    """All that a model wrote, with its thoughts between tags. Other seats see it without the thoughts."""

    reads_thoughts: ClassVar[bool] = True

    def publish(self, value: str) -> str:
        """Return the text without the thoughts."""
        return thought_apart(value)[1]

    def public_fields(self, value: str) -> str:
        """Return the text without the thoughts."""
        return self.publish(value)


def tagged(text: str, tags: Sequence[str]) -> list[Tagged]:
    """Return the parts of a text that stand between these tags, in their order.

    >>> tagged("<think>Hm.</think> <answer> 3 </answer>", ["think", "answer"])
    [Tagged(tag='think', said='Hm.'), Tagged(tag='answer', said='3')]
    """
    names = "|".join(map(re.escape, tags))
    found = re.findall(rf"<({names})>(.*?)</\1>", text, re.DOTALL)
    return [Tagged(tag, said.strip()) for tag, said in found]


def is_sequence(text: str, tags: Sequence[str]) -> bool:
    """Return whether a text ends with parts between exactly these tags, in their order.

    Between and behind the parts there is nothing but white space, and in them none of these tags.

    >>> is_sequence("Hm. <think>a</think> <answer>b</answer>", ["think", "answer"])
    True
    """
    names = "|".join(map(re.escape, sorted(set(tags))))
    found = list(re.finditer(rf"</?(?:{names})>", text))[-2 * len(tags) :]
    wanted = "".join(f"<{tag}></{tag}>" for tag in tags)
    if "".join(one[0] for one in found) != wanted or text[found[-1].end() :].strip():
        return False
    between = zip(found[1:-1:2], found[2::2], strict=True)
    return not any(text[one.end() : other.start()].strip() for one, other in between)


def thinks_then_boxes(text: str) -> bool:
    r"""Return whether a thought between tags is followed, anywhere later, by a box that is not empty.

    >>> thinks_then_boxes(r"<think>a</think> \boxed{3}"), thinks_then_boxes(r"\boxed{3}")
    (True, False)
    """
    return re.match(r"\s*<think>.*?</think>.*\\boxed\{.*?\}", text, re.DOTALL) is not None


def last_box(text: str) -> str | None:
    r"""Return what stands in the last box of a text, whose braces may be nested; None if there is no box.

    >>> last_box(r"\boxed{1} or \boxed{\frac{1}{2}}"), last_box("3")
    ('\\frac{1}{2}', None)
    """
    start = text.rfind("\\boxed{")
    depth = 0
    for place in range(start + len("\\boxed{") - 1, len(text) if start >= 0 else 0):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + len("\\boxed{") : place].strip()
    return None
