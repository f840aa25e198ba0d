"""Agents that are models behind a provider's interface, by the providers' official clients.

The clients' own retries are off. One layer retries, `attempts`; one limits, `arena.spending.rate_limits`; and
both clients' errors become `Fault`, the only exception in here that knows what went wrong, and which holds no
header and no key.
"""
