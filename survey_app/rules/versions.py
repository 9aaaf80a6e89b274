"""One version after another: a code keeps its meaning, or answers of two versions could not be read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey_app.rules.checking import findings_of
from survey_app.rules.definitions import hash_of, read_draft
from survey_app.rules.findings import Finding
from survey_app.rules.questionnaire import UNCOUNTED_THEMES
from survey_app.rules.shape import shaped
from survey_app.rules.vocabulary import LANGUAGES

#: Number of a version, and its definition.
Version = tuple[int, Mapping[str, Any]]


def findings_of_versions(new: Mapping[str, Any], earlier: Sequence[Version]) -> Iterator[Finding]:
    """Yield the codes of a definition that meant something else before, then what else differs from the last.

    Parameters
    ----------
    new : the definition that is to be published
    earlier : all versions published so far, oldest first
    """
    if not earlier:
        return
    yield from _reused_items(new, earlier)
    yield from _reused_problems(new, earlier)
    yield from _differences(new, earlier[-1])


def _items(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {item["code"]: item for page in definition.get("pages", ()) for item in page.get("items", ())}


def _problems(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {problem["code"]: problem for problem in definition.get("problems", ())}


def _reused_items(new: Mapping[str, Any], earlier: Sequence[Version]) -> Iterator[Finding]:
    """Hold each item against the last version that asked it: one that left may not come back as another."""
    for code, item in _items(new).items():
        for number, definition in reversed(earlier):
            before = _items(definition).get(code)
            if before is not None:
                yield from _item(item, before, number)
                break


def _item(now: Mapping[str, Any], before: Mapping[str, Any], number: int) -> Iterator[Finding]:
    def found(reason: str, **details: Any) -> Finding:
        return Finding(reason, "item", now["code"], "code", {"number": number, **details})

    if now["kind"] != before["kind"]:
        yield found("reused_kind", before=before["kind"])
        return
    if now["kind"] == "scale" and (now.get("from"), now.get("to")) != (before.get("from"), before.get("to")):
        yield found("reused_scale", before=f"{before.get('from')} … {before.get('to')}")
    old, new = before.get("unit", {}), now.get("unit", {})
    if any(old.values()) and all(old.get(language) != new.get(language) for language in LANGUAGES):
        yield found("reused_unit", before=next(text for text in old.values() if text))
    for option, other in _moved_texts(now.get("options", ()), before.get("options", ())):
        yield found("reused_option", option=option, before=option, now=other)
    gone = {option["code"] for option in before.get("options", ())} - {
        option["code"] for option in now.get("options", ())
    }
    if gone:
        details = {"number": number, "codes": ", ".join(sorted(gone))}
        yield Finding("options_gone", "item", now["code"], "options", details, blocking=False)


def _moved_texts(
    now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield each code whose words stand at another code now."""
    for old in before:
        for new in now:
            if new["code"] != old["code"] and _same_words(old, new):
                still = next((each for each in now if each["code"] == old["code"]), None)
                if still is not None and not _same_words(still, old):
                    yield old["code"], new["code"]


def _same_words(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two texts are the same in some language."""
    return any(
        one["text"].get(language) and one["text"].get(language) == other.get("text", {}).get(language)
        for language in LANGUAGES
    )


def _reused_problems(new: Mapping[str, Any], earlier: Sequence[Version]) -> Iterator[Finding]:
    now = _problems(new)
    retired = {code for change in new.get("list_history", ()) for code in change["of"]} - {
        code for change in new.get("list_history", ()) for code in change["into"]
    }
    for code, problem in now.items():
        if code in retired:
            yield Finding("reused_retired", "problem", code, "code")
        for number, definition in reversed(earlier):
            before = _problems(definition).get(code)
            if before is None:
                continue
            old, counted = _theme(before), _theme(problem)
            if (old in UNCOUNTED_THEMES or counted in UNCOUNTED_THEMES) and old != counted:
                yield Finding("reused_counted", "problem", code, "theme", {"number": number, "before": old})
            break
    number, last = earlier[-1]
    for code, other in _moved_texts(list(now.values()), list(_problems(last).values())):
        yield Finding("reused_problem", "problem", code, "text", {"number": number, "now": other})


def _theme(problem: Mapping[str, Any]) -> str:
    return str(problem.get("theme") or problem.get("heading") or "")


def _differences(new: Mapping[str, Any], last: Version) -> Iterator[Finding]:
    number, before = last
    for gone in sorted(set(_items(before)) - set(_items(new))):
        yield Finding("item_gone", details={"number": number, "gone": gone}, blocking=False)
    if [new.get("themes"), new.get("problems")] != [before.get("themes"), before.get("problems")]:
        yield Finding("list_changed", details={"number": number}, blocking=False)


def publishing_findings(definition: Mapping[str, Any], earlier: Sequence[Version]) -> list[Finding]:
    """Return all that keeps a definition from being published, then what is worth a second look."""
    found = [*findings_of(definition, read_draft(definition)), *findings_of_versions(definition, earlier)]
    if earlier and hash_of(definition) == hash_of(shaped(earlier[-1][1])):
        found.append(Finding("nothing_changed", details={"number": earlier[-1][0]}))
    return sorted(found, key=lambda finding: not finding.blocking)
