"""Training on episodes: exports, rewards, environments and self-play."""

from arena.training.self_play import Learner, SelfPlay

__all__ = ["Learner", "SelfPlay"]
