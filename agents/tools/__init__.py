"""Tools that seats may be given by name. Each is a Python function with types and a docstring.

To add one in another distribution, add an entry point in the group ``arena.tools``.
"""

TOOLS = {
    "calculator": "agents.tools.calculator:calculator",
    "try-answer": "agents.tools.answer_checker:try_answer",
}
