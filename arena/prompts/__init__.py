"""Every sentence that is said to a model stands in a template, which a user may replace.

A module that speaks has a file beside it: ``debate.py`` has ``debate.jinja``. The file holds the prompts by
their names, each with the fields that it may use::

    {# Debate. ... #}

    === onlooker: debate, decides
    You are an onlooker at {{ debate }}, where {{ decides }} which answer is right.

The module renders them with `Prompts.text`. While an episode is played, its scenario's own `wording` stands
in place of the standard one. The language of the templates is a small part of jinja's: a template can repeat,
choose and join what it is given, and nothing else.
"""

from arena.core.errors import PromptError
from arena.prompts._file import StandardPrompt, read_prompt_file, sections
from arena.prompts._prompts import SUFFIX, Prompts, Wording, wording
from arena.prompts._template import Template

__all__ = [
    "SUFFIX",
    "PromptError",
    "Prompts",
    "StandardPrompt",
    "Template",
    "Wording",
    "read_prompt_file",
    "sections",
    "wording",
]
