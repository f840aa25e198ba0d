"""Tools that an agent may call within its turn: Python functions, and those of MCP servers."""

from arena.seat.calls import Calling, ToolCall, ToolResult, ToolSpec, ToolStatus
from arena.tools._functions import FunctionTool, tool
from arena.tools._limits import ToolLimits
from arena.tools._mcp import MCP_PREFIX, McpServer
from arena.tools._offered import ToolOffer
from arena.tools._source import ToolBroken, ToolContext, ToolFailed, ToolSession, ToolSource
from arena.tools._text_calls import TextCalls, read_calls
from arena.tools._toolbox import Toolbox
from arena.tools._using import SeatTools, called_fields, returned_fields

__all__ = [
    "MCP_PREFIX",
    "Calling",
    "FunctionTool",
    "McpServer",
    "SeatTools",
    "TextCalls",
    "ToolBroken",
    "ToolCall",
    "ToolContext",
    "ToolFailed",
    "ToolLimits",
    "ToolOffer",
    "ToolResult",
    "ToolSession",
    "ToolSource",
    "ToolSpec",
    "ToolStatus",
    "Toolbox",
    "called_fields",
    "read_calls",
    "returned_fields",
    "tool",
]
