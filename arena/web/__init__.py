"""What pages in a browser share: who may read them, their frame and look, and how words are shown in them.

The pages of runs (`arena.view`) and those of people in seats stand on it. The modules that answer requests
need the extra ``view``; the others do not.
"""
