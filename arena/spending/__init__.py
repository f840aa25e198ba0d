"""Bounding and counting what is spent: caps and limits, prices, budgets and rate limits."""

from arena.spending.budget import Budget
from arena.spending.limits import Caps, Limits, Total
from arena.spending.prices import Prices
from arena.spending.rate_limits import Account, Allowance

__all__ = ["Account", "Allowance", "Budget", "Caps", "Limits", "Prices", "Total"]
