"""How hypothesis runs here: no deadlines, which fail on a busy machine and say nothing about the code."""

from hypothesis import settings

settings.register_profile("arena", deadline=None)
settings.load_profile("arena")
