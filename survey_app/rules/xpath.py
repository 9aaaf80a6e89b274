"""Skip rules as XLSForm writes them (`relevant`), to our language and back. What ours cannot say is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from survey_app.rules.answered import NOT_GIVEN
from survey_app.rules.conditions import (
    And,
    AnyProblem,
    Asked,
    Compare,
    Condition,
    ConditionProblem,
    Has,
    Is,
    Not,
    Or,
    Sign,
    as_number,
)
from survey_app.rules.questionnaire import LIST_ITEM, NONE_OF_THESE

_TOKEN = re.compile(
    r"(?P<space>\s+)|\$\{(?P<item>\w+)\}|(?P<mark>[(),])|(?P<sign><=|>=|!=|==|[=<>])"
    r"|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z][\w-]*)",
    re.ASCII,
)
_DEEPEST = 20
_KNOWN = "${code}, =, !=, <, <=, >, >=, and, or, not(), selected(), count-selected() > 0"
_ANY_PROBLEM = And((Is(LIST_ITEM, "answered"), Not(Has(LIST_ITEM, NONE_OF_THESE))))


def to_xpath(condition: Condition) -> str:
    """Return a rule as XLSForm writes it.

    >>> from survey_app.rules.conditions import read_condition
    >>> to_xpath(read_condition("channel = phone and not stake >= 5"))
    "${channel} = 'phone' and not(${stake} >= 5)"
    """
    if isinstance(condition, AnyProblem):
        return f"(count-selected(${{{LIST_ITEM}}}) > 0 and not(selected(${{{LIST_ITEM}}}, '{NONE_OF_THESE}')))"
    if isinstance(condition, Has):
        return f"selected(${{{condition.item}}}, '{condition.code}')"
    if isinstance(condition, Is):
        return f"${{{condition.item}}} " + ("!= ''" if condition.state == "answered" else f"= '{condition.state}'")
    if isinstance(condition, Compare):
        value = condition.value if as_number(condition.value) is not None else f"'{condition.value}'"
        return f"${{{condition.item}}} {condition.sign} {value}"
    if isinstance(condition, Not):
        return f"not({to_xpath(condition.part)})"
    joint, brackets = (" and ", And | Or) if isinstance(condition, And) else (" or ", Or)
    return joint.join(
        f"({to_xpath(part)})" if isinstance(part, brackets) else to_xpath(part) for part in condition.parts
    )


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def from_xpath(text: str, kinds: Mapping[str, str]) -> Condition:
    """Return the rule that a `relevant` says; `kinds` tells the kind of each question.

    Raises
    ------
    ConditionProblem

    >>> from survey_app.rules.conditions import write_condition
    >>> write_condition(from_xpath("selected(${where}, 'public') or ${n}>3", {"where": "choices"}))
    'where has public or n > 3'
    """
    return _Reader(list(_tokens(text)), len(text) + 1, kinds).whole()


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ConditionProblem("rule_unknown_character", place + 1, character=text[place])
        if found["sign"] == "==":
            raise ConditionProblem("rule_double_equals", place + 1)
        kind = cast(str, found.lastgroup)
        if kind != "space":
            yield _Token("text" if kind in ("single", "double") else kind, found[kind], place + 1)
        place = found.end()


class _Reader:
    """Reads tokens from left to right; each method takes what it names."""

    def __init__(self, tokens: list[_Token], end: int, kinds: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._end = _Token("end", "", end)
        self._kinds = kinds

    def whole(self) -> Condition:
        condition = self._or(0)
        if self._next().kind != "end":
            raise ConditionProblem("rule_expected_joint", self._next().position, found=self._next().text)
        return condition

    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else self._end

    def _take(self, kind: str = "", text: str = "") -> _Token:
        token = self._next()
        if (kind and token.kind != kind) or (text and token.text != text):
            raise ConditionProblem("xpath_unknown", token.position, found=token.text, known=_KNOWN)
        self._place += 1
        return token

    def _or(self, depth: int) -> Condition:
        parts = self._joined("or", self._and, depth)
        return parts[0] if len(parts) == 1 else Or(parts)

    def _and(self, depth: int) -> Condition:
        parts = self._joined("and", self._part, depth)
        if len(parts) == 1:
            return parts[0]
        return AnyProblem() if _placeless(And(parts)) == _ANY_PROBLEM else And(parts)

    def _joined(self, joint: str, read: Callable[[int], Condition], depth: int) -> tuple[Condition, ...]:
        parts = [read(depth)]
        while self._next().kind == "word" and self._next().text == joint:
            self._take()
            parts.append(read(depth))
        return tuple(parts)

    def _part(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise ConditionProblem("rule_too_deep", self._next().position, most=_DEEPEST)
        if self._next().kind == "mark" and self._next().text == "(":
            return self._bracketed(depth)
        if self._next().kind == "word":
            return self._function(depth)
        return self._comparison()

    def _bracketed(self, depth: int) -> Condition:
        self._take("mark", "(")
        inner = self._or(depth + 1)
        if self._next().text != ")":
            raise ConditionProblem("rule_open_bracket", self._next().position)
        self._take()
        return inner

    def _function(self, depth: int) -> Condition:
        name = self._take()
        if name.text == "not":
            return Not(self._bracketed(depth + 1))
        if name.text == "selected":
            self._take("mark", "(")
            item = self._take("item")
            self._take("mark", ",")
            code = self._take("text")
            self._take("mark", ")")
            return self._chosen(item, code.text)
        if name.text == "count-selected":
            self._take("mark", "(")
            item = self._take("item")
            self._take("mark", ")")
            self._take("sign", ">")
            self._take("number", "0")
            return Is(item.text, "answered", item.position)
        raise ConditionProblem("xpath_unknown", name.position, found=name.text, known=_KNOWN)

    def _chosen(self, item: _Token, code: str) -> Condition:
        if self._kinds.get(item.text) == "choice":
            return Compare(item.text, "=", code, item.position)
        return Has(item.text, code, item.position)

    def _comparison(self) -> Condition:
        item = self._take("item")
        if self._next().kind != "sign":
            raise ConditionProblem("rule_expected_sign", self._next().position, found=self._next().text)
        sign = cast(Sign, self._take().text)
        value = self._take()
        if value.kind not in ("text", "number"):
            raise ConditionProblem("rule_expected_value", value.position, found=value.text)
        if value.kind == "text" and value.text in ("", *NOT_GIVEN) and sign in ("=", "!="):
            state = cast(Asked, value.text or "answered")
            asked: Condition = Is(item.text, state, item.position)
            return asked if (sign == "=") == bool(value.text) else Not(asked)
        return Compare(item.text, sign, value.text, item.position)


def _placeless(condition: And) -> Condition:
    """Return two joined rules without the places at which they were written."""
    first, *others = condition.parts
    if len(others) != 1 or not isinstance(first, Is) or not isinstance(others[0], Not):
        return condition
    inner = others[0].part
    return (
        And((Is(first.item, first.state), Not(Has(inner.item, inner.code))))
        if isinstance(inner, Has)
        else condition
    )
