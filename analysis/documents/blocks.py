"""What a document is made of: plain values that a page, a file or a database can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, TypeVar

from analysis.language import Language, said, say


@dataclass(frozen=True)
class Table:
    """A table: names of columns, rows of finished text. The first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class VerdictCard:
    """The verdict first, in words: a shape, a word, what a reader takes home, the sentence with its numbers."""

    kind: ClassVar[str] = "verdict"
    verdict: str
    symbol: str
    headline: str
    sentence: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, points, terms with their descriptions, and a table, as far as there are any."""

    kind: ClassVar[str] = "section"
    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class FigureBlock:
    """A figure: its finding as the title, how to read it, the drawing, its table, how it is computed, its n."""

    kind: ClassVar[str] = "figure"
    id: str
    title: str
    subtitle: str
    spec: Mapping[str, Any]
    table: Table
    computed: str
    note: str


Block = VerdictCard | Section | FigureBlock


@dataclass(frozen=True)
class FrameWords:
    """The few words that stand around every figure."""

    how: str = say("How is this computed?")
    below: str = say("the table below")
    chart: str = say("Chart")
    table: str = say("Table")
    download: str = say("Download")


@dataclass(frozen=True)
class Document:
    """A document in the order in which it is read."""

    title: str
    subtitle: str
    language: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
    words: FrameWords = field(default_factory=FrameWords)

    def to_dict(self) -> dict[str, Any]:
        """Return the document as JSON can hold it; each block says its kind."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "language": self.language,
            "words": asdict(self.words),
            "blocks": [{"kind": block.kind, **asdict(block)} for block in self.blocks],
        }


_Part = TypeVar("_Part", bound="Document | VerdictCard | Section | FigureBlock | Table | FrameWords")


def in_language(part: _Part, language: Language) -> _Part:
    """Return a document, or a part of one, with every word of it said in a language."""
    changes = {name.name: _said(getattr(part, name.name), language) for name in fields(part)}
    return replace(part, **changes)


def _said(value: Any, language: Language) -> Any:
    if isinstance(value, str):
        return said(value, language)
    if isinstance(value, tuple):
        return tuple(_said(item, language) for item in value)
    if isinstance(value, VerdictCard | Section | FigureBlock | Table | FrameWords):
        return in_language(value, language)
    return value
