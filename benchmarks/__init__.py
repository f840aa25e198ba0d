"""Where the README's figures come from: one module a figure, each run alone or all in one go.

    python -m benchmarks                 all of them, one table (--json for machines)
    python -m benchmarks.turns           one of them

Runs of what is compared alternate, so that a slow moment of the machine hits both, and a figure is the median
over the runs; the range beside it says how far they lay apart. Costs are CPU time of the whole process, all
threads counted, unless a figure says that it goes by the clock.
"""
