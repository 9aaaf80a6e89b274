"""Skip rules: a small language over earlier answers, read by a parser of our own. Nothing is ever run as code.

    channel = phone and (stake >= 5 or complained_where has public)

A question is compared with a code, a number, a day or a time (`=`, `!=`, `<`, `<=`, `>`, `>=`); `has` asks whether
one of several answers was ticked; `is answered`, `is dont_know` and `is refused` ask what became of a question;
`any_problem` asks whether anything on the problem list was ticked. `not`, `and`, `or` and brackets join them. What
was not answered is equal to nothing, and neither below nor above anything.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, cast

from survey_app.rules.answered import NOT_GIVEN, given, state_of

Sign = Literal["=", "!=", "<", "<=", ">", ">="]
Asked = Literal["answered", "dont_know", "refused"]

ANY_PROBLEM: Final = "any_problem"
#: Words of the language, which no question may have as its code.
KEYWORDS = frozenset({"and", "or", "not", "has", "is", ANY_PROBLEM})
STATES: tuple[Asked, ...] = ("answered", *NOT_GIVEN)
LONGEST = 1000
_DEEPEST = 20

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<bracket>[()])|(?P<sign><=|>=|!=|==|[=<>])|'(?P<quoted>[^']*)'"
    r"|(?P<word>-?\w[\w.:]*(?:-\d+)*)",
    re.ASCII,
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionProblem(ValueError):
    """What is wrong with a rule, from which character on (counted from 1), and what its sentence needs."""

    def __init__(self, reason: str, position: int, **details: Any) -> None:
        super().__init__(f"{reason} at {position}")
        self.reason = reason
        self.position = position
        self.details = details


@dataclass(frozen=True)
class Compare:
    """An answer compared with a value; the value is as it was written."""

    item: str
    sign: Sign
    value: str
    position: int = 0


@dataclass(frozen=True)
class Has:
    """One of several answers was ticked."""

    item: str
    code: str
    position: int = 0


@dataclass(frozen=True)
class Is:
    """What became of a question."""

    item: str
    state: Asked
    position: int = 0


@dataclass(frozen=True)
class AnyProblem:
    """Something on the problem list was ticked."""

    position: int = 0


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True)
class And:
    """All of them."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """At least one of them."""

    parts: tuple[Condition, ...]


Condition = Compare | Has | Is | AnyProblem | Not | And | Or
Leaf = Compare | Has | Is | AnyProblem


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int

    @property
    def keyword(self) -> str:
        return self.text if self.kind == "word" and self.text in KEYWORDS else ""


def read_condition(text: str) -> Condition:
    """Return the rule that a text says.

    Raises
    ------
    ConditionProblem

    >>> read_condition("stake >= 5 and not channel = phone").parts[1].part.value
    'phone'
    """
    if len(text) > LONGEST:
        raise ConditionProblem("rule_too_long", LONGEST + 1, most=LONGEST)
    return _Reader(list(_tokens(text)), len(text) + 1).whole()


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ConditionProblem("rule_unknown_character", place + 1, character=text[place])
        kind = cast(str, found.lastgroup)
        if found["sign"] == "==":
            raise ConditionProblem("rule_double_equals", place + 1)
        if kind != "space":
            yield _Token(kind, found[kind], place + 1)
        place = found.end()


class _Reader:
    """Reads tokens from left to right; each method takes what it names."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = tokens
        self._place = 0
        self._end = _Token("end", "", end)

    def whole(self) -> Condition:
        condition = self._or(0)
        rest = self._next()
        if rest.kind != "end":
            raise ConditionProblem("rule_expected_joint", rest.position, found=rest.text)
        return condition

    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next()
        self._place += 1
        return token

    def _or(self, depth: int) -> Condition:
        parts = self._joined("or", self._and, depth)
        return parts[0] if len(parts) == 1 else Or(parts)

    def _and(self, depth: int) -> Condition:
        parts = self._joined("and", self._not, depth)
        return parts[0] if len(parts) == 1 else And(parts)

    def _joined(self, joint: str, read: Callable[[int], Condition], depth: int) -> tuple[Condition, ...]:
        parts = [read(depth)]
        while self._next().keyword == joint:
            self._take()
            parts.append(read(depth))
        return tuple(parts)

    def _not(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise ConditionProblem("rule_too_deep", self._next().position, most=_DEEPEST)
        if self._next().keyword == "not":
            self._take()
            return Not(self._not(depth + 1))
        if self._next().text == "(" and self._next().kind == "bracket":
            self._take()
            inner = self._or(depth + 1)
            closing = self._take()
            if closing.text != ")" or closing.kind != "bracket":
                raise ConditionProblem("rule_open_bracket", closing.position)
            return inner
        return self._leaf()

    def _leaf(self) -> Condition:
        item = self._take()
        if item.keyword == ANY_PROBLEM:
            return AnyProblem(item.position)
        if item.kind != "word" or item.keyword:
            raise ConditionProblem("rule_expected_item", item.position, found=item.text)
        how = self._take()
        if how.keyword == "has":
            return Has(item.text, self._value().text, item.position)
        if how.keyword == "is":
            return Is(item.text, self._state(), item.position)
        if how.kind != "sign":
            raise ConditionProblem("rule_expected_sign", how.position, found=how.text)
        return Compare(item.text, cast(Sign, how.text), self._value().text, item.position)

    def _value(self) -> _Token:
        value = self._take()
        if value.kind not in ("word", "quoted") or value.keyword:
            raise ConditionProblem("rule_expected_value", value.position, found=value.text)
        return value

    def _state(self) -> Asked:
        state = self._take()
        if state.text not in STATES:
            raise ConditionProblem("rule_expected_state", state.position, found=state.text)
        return state.text


def write_condition(condition: Condition) -> str:
    """Return the text of a rule in its one usual form.

    >>> write_condition(read_condition("not( channel='phone' )or any_problem"))
    'not channel = phone or any_problem'
    """
    if isinstance(condition, Compare):
        return f"{condition.item} {condition.sign} {_written(condition.value)}"
    if isinstance(condition, Has):
        return f"{condition.item} has {_written(condition.code)}"
    if isinstance(condition, Is):
        return f"{condition.item} is {condition.state}"
    if isinstance(condition, AnyProblem):
        return ANY_PROBLEM
    if isinstance(condition, Not):
        return f"not {_bracketed(condition.part, And | Or)}"
    if isinstance(condition, And):
        return " and ".join(_bracketed(part, And | Or) for part in condition.parts)
    return " or ".join(_bracketed(part, Or) for part in condition.parts)


def _written(value: str) -> str:
    plain = _TOKEN.fullmatch(value)
    return value if plain and plain.lastgroup == "word" and value not in KEYWORDS else f"'{value}'"


def _bracketed(part: Condition, kinds: Any) -> str:
    return f"({write_condition(part)})" if isinstance(part, kinds) else write_condition(part)


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield what a rule asks, from left to right."""
    if isinstance(condition, Not):
        yield from leaves(condition.part)
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def holds(condition: Condition, answers: Mapping[str, Any], *, any_problem: bool) -> bool:
    """Return whether a rule holds for what was answered.

    >>> holds(read_condition("stake > 5"), {"stake": 7}, any_problem=False)
    True
    >>> holds(read_condition("stake > 5"), {}, any_problem=False)
    False
    """
    if isinstance(condition, Not):
        return not holds(condition.part, answers, any_problem=any_problem)
    if isinstance(condition, And):
        return all(holds(part, answers, any_problem=any_problem) for part in condition.parts)
    if isinstance(condition, Or):
        return any(holds(part, answers, any_problem=any_problem) for part in condition.parts)
    if isinstance(condition, AnyProblem):
        return any_problem
    if isinstance(condition, Is):
        return state_of(answers, condition.item) == condition.state
    answer = given(answers, condition.item)
    if isinstance(condition, Has):
        return answer is not None and condition.code in answer
    if answer is None:
        return condition.sign == "!="
    return _compare(condition, answer)


def _compare(condition: Compare, answer: Any) -> bool:
    if isinstance(answer, int | float):
        number = as_number(condition.value)
        return number is not None and _SIGNS[condition.sign](Decimal(str(answer)), number)
    return _SIGNS[condition.sign](str(answer), condition.value)


def as_number(value: str) -> Decimal | None:
    """Return the number that a value of a rule is, or None.

    >>> as_number("-2.5"), as_number("phone"), as_number("NaN")
    (Decimal('-2.5'), None, None)
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
