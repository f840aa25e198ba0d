"""What a request costs: its usage with the cost, and the sentence that is said where no price is known."""

from __future__ import annotations

from collections.abc import Iterable

from arena.core.errors import UsageError
from arena.seat.agent import NO_USAGE, Agent, RequestUsage
from arena.spending.limits import Amount, tokens_in
from arena.spending.prices import Prices


def priced(spent: RequestUsage, agent: Agent, prices: Prices) -> RequestUsage:
    """Return the usage of a request to the agent, with the model's name and the cost."""
    if spent is NO_USAGE:
        return spent
    model = spent.model or agent.priced_as
    if not model:
        return spent
    if spent.is_cached:
        cost: float | None = 0.0
    else:
        cost = prices.cost(model, spent.usage) if spent.cost is None else spent.cost
    return spent._replace(model=model, cost=cost)


def estimated(spent: RequestUsage, amount: Amount) -> RequestUsage:
    """Return a request's usage, with the tokens and dollars of `amount` if it does not report its own."""
    if not tokens_in(spent.usage):
        reported_cost = spent.cost or None  # what no tokens cost is not known to be nothing
        dollars = amount.dollars if reported_cost is None else None
        return spent._replace(estimated_tokens=round(amount.tokens), estimated_dollars=dollars)
    if spent.cost is None and amount.dollars:
        return spent._replace(estimated_dollars=amount.dollars)
    return spent


def amount_of(spent: RequestUsage) -> Amount:
    """Return the amount of a request: calls to a model, tokens and dollars."""
    if not (spent.model and spent.usage):
        return Amount()
    calls = 0 if spent.is_cached else spent.usage.get("attempts", 1)
    return Amount(calls, tokens_in(spent.usage), spent.cost)


def check_prices(agents: Iterable[Agent], prices: Prices, *, needed: bool) -> None:
    """Look up the prices of all agents' models. The first look-up takes some time.

    Raises:
        UsageError: if a price is unknown and `needed` is true.
    """
    unknown = [
        agent
        for agent in agents
        if agent.priced_as and not prices.knows(agent.priced_as) and not agent.reports_cost
    ]
    if needed and unknown:
        raise UsageError(unknown_price(unknown[0]))


def unknown_price(agent: Agent) -> str:
    """Return a sentence that says that an agent's price is unknown, and how to set it."""
    model = agent.priced_as
    if not model:
        return (
            f"A cap in dollars cannot be kept, as the agent {agent.name!r} does not say what its model is "
            "priced as; let it define priced_as."
        )
    untold = ", and its server does not tell what replies cost" if agent.reports_cost else ""
    return (
        f"A cap in dollars cannot be kept, as the price of {model} is not known{untold}; give it in "
        f'dollars per million tokens, in a file for --prices that holds ["{model}"] with its prompt and '
        f"completion, or by Prices({{{model!r}: ...}})."
    )
