"""What traces of verifiers hold: the graph of messages, and what is recorded of the episode.

Each message is the child of the one before it. A node holds the tokens that its message adds. A path from a
root to a leaf is a branch: one training sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from arena.episode.plan import Played
from arena.seat.agent import Tokens
from arena.training.environments._seats import Counting

if TYPE_CHECKING:
    from verifiers.v1 import MessageNode


def tokens(nodes: Sequence[MessageNode], place: int) -> Tokens | None:
    """Return the tokens read and sampled for the message at `place`, if verifiers' client reported them."""
    node = nodes[place]
    if not any(node.mask):
        return None
    ids = [token for at in _path(nodes, place) for token in nodes[at].token_ids]
    read = len(ids) - sum(node.mask)
    return Tokens(ids=tuple(ids[read:]), logprobs=tuple(node.logprobs), ids_read=tuple(ids[:read]))


def _path(nodes: Sequence[MessageNode], place: int) -> list[int]:
    """Return the places from the root to this one."""
    path = [place]
    while (parent := nodes[path[-1]].parent) is not None:
        path.append(parent)
    return path[::-1]


def _unsampled(node: MessageNode) -> dict[str, Any]:
    """Return the changes that make a node read-only. They remove what its sampled tokens had."""
    known = type(node).model_fields
    cleared = {name: None for name in _OF_SAMPLED_TOKENS if name in known}
    return {**cleared, "logprobs": [], "sampled": False, "mask": [False] * len(node.mask)}


_OF_SAMPLED_TOKENS = (
    "advantages",
    "entropies",
    "kept_tokens",
    "reference_logprobs",
    "sampling_mask",
    "trainer_logprobs",
)
"""The fields that versions of verifiers keep for each sampled token, besides its log-probability."""


def part_branches(nodes: list[MessageNode]) -> None:
    """Make each sampled message count as sampled in only one branch.

    In other branches a read-only copy stands.

    The messages before it are the same in all branches, so it does not matter which branch that is.
    """
    parents = {node.parent for node in nodes}
    taken: set[int] = set()
    for leaf in [place for place in range(len(nodes)) if place not in parents]:
        path = _path(nodes, leaf)
        shared = [at for at, place in enumerate(path) if place in taken]
        if shared:
            copied = path[shared[0] : shared[-1] + 1]
            parent = nodes[copied[0]].parent
            for place in copied:
                nodes.append(nodes[place].model_copy(update={"parent": parent, **_unsampled(nodes[place])}))
                parent = len(nodes) - 1
            nodes[path[shared[-1] + 1]].parent = parent
        taken.update(place for place in path if nodes[place].sampled)


def trace_info(seat: str, played: Played, counting: Counting) -> dict[str, Any]:
    """Return what a seat's trace holds of an episode: how it ended, and the seat's figures."""
    outcome = played.outcome
    return {
        "seat": seat,
        "journal_number": counting.number,
        "ending": outcome.ending.value,
        "returns": dict(outcome.returns),
        "offenders": list(outcome.offenders),
        "reason": outcome.reason,
        "figures": counting.figures(played, seat),
    }
