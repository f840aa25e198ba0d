"""Bounding and counting what is spent: caps and limits, prices, budgets and rate limits."""

from arena.spending.budget import Budget
from arena.spending.limits import Caps, Limits, TotalUsage
from arena.spending.prices import Prices
from arena.spending.rate_limits import RateLimiter, RateLimits

__all__ = ["Budget", "Caps", "Limits", "Prices", "RateLimiter", "RateLimits", "TotalUsage"]
