"""What an experiment found, as a row of a table."""

from dataclasses import dataclass, field

from rich.table import Table


@dataclass
class Mutant:
    """A broken variant: after how many trials the same check caught it, of how many that it was given."""

    name: str
    caught_after: int | None
    trials: int


@dataclass
class Row:
    """One experiment on one database."""

    name: str
    check: str
    database: str
    trials: int
    wanted: int
    in_flight: int | None = None
    acknowledged: int | None = None
    lost: int = 0
    twice: int = 0
    torn: int = 0
    refused: int = 0
    seconds: float = 0.0
    #: Whatever else should not be, in words.
    problems: list[str] = field(default_factory=list)
    #: What else was seen and is no fault.
    notes: list[str] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)

    def add(self, findings):
        """Take in what was found in the database."""
        self.acknowledged = (self.acknowledged or 0) + findings.acknowledged
        self.lost += len(findings.lost)
        self.twice += len(findings.twice)
        self.torn += len(findings.torn)
        self.problems += [*findings.lost[:3], *findings.twice[:3], *findings.torn[:3]]

    def expect(self, holds, problem):
        """Note a problem unless something holds."""
        if not holds:
            self.problems.append(problem)

    @property
    def held(self):
        """Whether nothing was lost, all trials were made, and every mutant was caught."""
        counted = not (self.lost or self.twice or self.torn or self.problems)
        return counted and self.trials >= self.wanted and all(mutant.caught_after for mutant in self.mutants)

    @property
    def verdict(self):
        """The last word of the row."""
        if self.trials < self.wanted:
            return f"only {self.trials} of {self.wanted}"
        if any(not mutant.caught_after for mutant in self.mutants):
            return "mutant not caught"
        return "held" if self.held else "BROKEN"


_HEADINGS = (
    *("experiment", "check", "database", "trials", "in flight", "acknowledged"),
    *("lost", "twice", "torn", "refused or waited", "seconds", "verdict"),
)


def _cells(row):
    def number(value):
        return "–" if value is None else f"{value:,}"

    return (
        *(row.name, row.check, row.database),
        *map(number, (row.trials, row.in_flight, row.acknowledged, row.lost, row.twice, row.torn, row.refused)),
        f"{row.seconds:,.0f}",
        row.verdict,
    )


def table_of(rows):
    """Return the rows as a table for the terminal."""
    table = Table(*_HEADINGS, title="What survived")
    for row in rows:
        table.add_row(*_cells(row), style=None if row.held else "bold red")
    return table


def mutants_of(rows):
    """Return which mutant was caught by which experiment, and how soon, for the terminal."""
    table = Table(
        "mutant", "experiment", "database", "caught after", "of at most", title="What was broken on purpose"
    )
    for row, mutant in _mutants(rows):
        table.add_row(*_mutant_cells(row, mutant), style=None if mutant.caught_after else "bold red")
    return table


def _mutants(rows):
    return [(row, mutant) for row in rows for mutant in row.mutants]


def _mutant_cells(row, mutant):
    caught = f"{mutant.caught_after:,}" if mutant.caught_after else "never"
    return mutant.name, row.name, row.database, caught, f"{mutant.trials:,}"


def in_markdown(rows):
    """Return both tables and the notes for a page of the documentation."""
    lines = [*_markdown(_HEADINGS, map(_cells, rows)), ""]
    if mutants := _mutants(rows):
        headings = ("mutant", "experiment", "database", "caught after", "of at most")
        lines += [*_markdown(headings, (_mutant_cells(*each) for each in mutants)), ""]
    for row in rows:
        lines += [f"- {row.name}, {row.database}: {note}." for note in row.notes]
        lines += [f"- **{row.name}, {row.database}: {problem}.**" for problem in row.problems]
    return "\n".join(lines).rstrip() + "\n"


def _markdown(headings, rows):
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
