"""A fixed set of small runs: what is sent in them, what they export and what is reported of them.

None of it may change by accident, so all of it is kept in ``tests/data/golden``. Where it is to change, write
it anew with ``python -m tests.golden.refresh``, read the difference, and say in the commit why it changes.
"""
