"""A calculator: sums of whole numbers, decimals and fractions, worked out exactly."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction

from arena.tools import ToolFailed

_LONGEST = 1_000
_MOST_BITS = 4_096
_MOST_POWER = 1_000
_DIGITS = 15


def calculator(expression: str) -> str:
    """Works out an arithmetic expression of numbers, + - * / // % ** and parentheses, such as (2 + 3) * 4."""
    if len(expression) > _LONGEST:
        raise ToolFailed(f"the expression is longer than {_LONGEST} characters")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        value = _value(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ToolFailed("this is no arithmetic expression") from None
    except ZeroDivisionError:
        raise ToolFailed("it divides by zero") from None
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.{_DIGITS}g}"


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Fraction(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            found = _OPERATORS[type(operator)](_value(left), _value(right))
            if max(found.numerator.bit_length(), found.denominator.bit_length()) > _MOST_BITS:
                raise ToolFailed("the number is too long")
            return found
    raise ValueError("no arithmetic")


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > _MOST_POWER:
        raise ToolFailed(f"an exponent must be a whole number, and at most {_MOST_POWER}")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(int(exponent)) > 2 * _MOST_BITS:
        raise ToolFailed("the number is too long")
    return Fraction(base ** int(exponent))


_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda one, two: one + two,
    ast.Sub: lambda one, two: one - two,
    ast.Mult: lambda one, two: one * two,
    ast.Div: lambda one, two: one / two,
    ast.FloorDiv: lambda one, two: Fraction(one // two),
    ast.Mod: lambda one, two: one % two,
    ast.Pow: _power,
}
