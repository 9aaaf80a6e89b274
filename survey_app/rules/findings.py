"""What is wrong with a questionnaire, or worth a second look: a reason, where it is, and the sentence for it.

The sentences are marked for translation; pages say them in their own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Place = Literal["instrument", "page", "item", "theme", "problem"]


def N_(text: str) -> str:  # noqa: N802 - the usual name by which texts to translate are found
    """Mark a text for translation."""
    return text


#: Reason → what is wrong, and what to do.
SENTENCES: Mapping[str, str] = {
    # The shape of a definition, as a file may bring it.
    "schema_unknown": N_("The schema %(found)s is not known. Write %(known)s."),
    "not_an_object": N_("%(place)s is no object with names and values. Correct it."),
    "not_a_list": N_("%(place)s is no list. Correct it."),
    "key_unknown": N_("“%(found)s” at %(place)s is not known. Remove it, or correct its spelling."),
    "key_missing": N_("“%(missing)s” at %(place)s is missing. Write it."),
    "value_unknown": N_("“%(found)s” at %(place)s is none of: %(known)s. Correct it."),
    "value_kind": N_("%(place)s must be %(wanted)s. Correct it."),
    "text_too_long": N_("%(place)s has %(found)s characters; there is room for %(most)s. Shorten it."),
    "too_many": N_("There are %(found)s at %(place)s; there is room for %(most)s. Take some away."),
    "code_shape": N_("The code “%(found)s” is not made of letters a to z, digits and _, at most 60. Correct it."),
    # What a questionnaire must have.
    "code_twice": N_("This code stands there twice. Give each its own."),
    "code_reserved": N_("“%(found)s” has a meaning of its own here. Choose another code."),
    "text_missing": N_("The text in %(language)s is missing (%(what)s). Write it."),
    "no_core_page": N_("There is no core page. Make at least one page a core page."),
    "key_item_missing": N_("No core page asks “%(missing)s”, on which pairing rests. Add it."),
    "key_item_kind": N_("Pairing rests on this question: it must be of the kind “%(wanted)s”. Change it."),
    "key_item_open": N_("Pairing rests on this question: it cannot offer “I don't know” or be skipped by a rule."),
    "key_item_options": N_("The answers must be among these codes: %(known)s. “%(found)s” is not."),
    "key_item_option_missing": N_("The answer “%(missing)s” must be among those offered. Add it."),
    "no_options": N_("There is nothing to choose from. Write its answers."),
    "too_many_exclusive": N_("All answers shut out the others. Use a single choice instead."),
    "exclusive_kind": N_(
        "Only where several answers may be ticked can one shut out the others. Take the mark away."
    ),
    "open_kind": N_("This kind of question cannot offer “I don't know”. Take it away."),
    "scale_ends": N_(
        "A scale needs a first and a last point, from below to, at most %(most)s points. Correct them."
    ),
    "scale_words": N_("Words at the points must be there for each point from first to last, and for no other."),
    "range_ends": N_("The least is above the most. Correct one of them."),
    "no_currencies": N_("There is no currency to choose from. Write at least one, such as EUR."),
    "list_incomplete": N_(
        "A problem list needs words for “none of these”, for severity, and its four steps 1 to 4."
    ),
    "list_code": N_("The problem list must have the code “problems”, and there can be one only."),
    "list_empty": N_("The problem list has no problems. Add some, or take the question away."),
    "heading_unknown": N_("The heading “%(found)s” is not among the themes. Add it there."),
    "implied_unknown": N_(
        "The scenario “%(scenario)s” implies “%(found)s”, and one of them is not known. Correct it."
    ),
    # Skip rules.
    "rule_too_long": N_("The rule is longer than %(most)s characters. Shorten it."),
    "rule_too_deep": N_("Position %(position)s: brackets stand more than %(most)s deep. Write it more simply."),
    "rule_unknown_character": N_("Position %(position)s: “%(character)s” has no meaning in a rule."),
    "rule_double_equals": N_("Position %(position)s: write one = instead of two."),
    "rule_expected_joint": N_("Position %(position)s: “and” or “or” is missing before “%(found)s”."),
    "rule_open_bracket": N_("Position %(position)s: a closing bracket is missing."),
    "rule_expected_item": N_("Position %(position)s: the code of a question is missing here."),
    "rule_expected_sign": N_(
        "Position %(position)s: one of =, !=, <, <=, >, >=, has, is must follow the question."
    ),
    "rule_expected_value": N_("Position %(position)s: a value is missing here. Put it in quotes ' ' if in doubt."),
    "rule_expected_state": N_("Position %(position)s: “is” can be followed by answered, dont_know or refused."),
    "rule_unknown_item": N_("Position %(position)s: there is no question “%(item)s”. Correct its code."),
    "rule_later_item": N_("Position %(position)s: “%(item)s” is asked later. A rule can look back only."),
    "rule_same_page": N_(
        "Position %(position)s: “%(item)s” stands on the same page, and is answered together with this. "
        "Move one of them to another page."
    ),
    "rule_own_list": N_("Position %(position)s: no problem list is answered before this."),
    "rule_not_always": N_(
        "Position %(position)s: “%(item)s” is on a page that most customers are not asked before this."
    ),
    "rule_other_audience": N_(
        "Position %(position)s: “%(item)s” is asked of others than this. The rule never holds."
    ),
    "rule_wrong_sign": N_("Position %(position)s: “%(item)s” cannot be asked with “%(sign)s”. Use: %(known)s."),
    "rule_unknown_code": N_("Position %(position)s: “%(item)s” has no answer “%(found)s”."),
    "rule_not_a_number": N_("Position %(position)s: “%(item)s” is a number, and “%(found)s” is none."),
    "rule_out_of_range": N_("Position %(position)s: “%(item)s” can never be %(found)s."),
    "rule_not_a_day": N_("Position %(position)s: “%(item)s” is a day; write it as '2026-03-14'."),
    "rule_not_a_time": N_("Position %(position)s: “%(item)s” is a time; write it as '14:30'."),
    "rule_not_offered": N_("Position %(position)s: “%(item)s” does not offer this answer."),
    # Workbooks in the form of XLSForm.
    "xpath_unknown": N_("Position %(position)s: “%(found)s” is not understood here. Rules can use: %(known)s."),
    "sheet_missing": N_("This sheet is missing. Add it."),
    "column_missing": N_("The column “%(missing)s” is missing. Add it."),
    "column_unknown": N_("The column “%(found)s” is not known. Remove it, or correct its spelling."),
    "language_unknown": N_(
        "The language “%(found)s” is none of: %(known)s. Write it as in “label::English (en)”."
    ),
    "cell_missing": N_("This cell is empty. Fill it in."),
    "name_twice": N_("The name “%(found)s” stands there twice. Give each its own."),
    "translation_missing": N_("The text in %(language)s is missing. Write it."),
    "group_in_group": N_(
        "A group begins within the group of row %(begun)s. Pages cannot hold pages: end that one first."
    ),
    "group_not_begun": N_("A group ends that never began. Add its begin_group, or remove this row."),
    "group_not_ended": N_("This group never ends. Add end_group after its last question."),
    "outside_group": N_("This question stands outside a group. Groups are pages: put it into one."),
    "type_unsupported": N_("The type “%(found)s” cannot be asked here. Choose another, or remove the row."),
    "list_unknown": N_("There is no list “%(found)s” on the sheet choices. Add it there, or correct its name."),
    "value_not_known": N_("“%(found)s” is none of: %(known)s. Correct it."),
    "not_yes_or_no": N_("“%(found)s” is neither yes nor no. Write one of them."),
    "not_whole": N_("“%(found)s” is no whole number. Write one."),
    "formula": N_("This cell holds a formula. Put its value in its place."),
    "not_a_workbook": N_("This is no Excel workbook (.xlsx) that can be read."),
    "not_json": N_("This is no JSON file that can be read."),
    "workbook_too_large": N_(
        "The workbook is too large to be a questionnaire. Take away sheets, rows or pictures."
    ),
    # Earlier answers within a text.
    "pipe_brace": N_(
        "A brace in the text (%(what)s, %(language)s) has no partner. Write {{ or }} if a brace is meant."
    ),
    "pipe_unknown": N_("The text (%(what)s, %(language)s) names “%(item)s”, and there is no such question."),
    "pipe_later": N_("The text (%(what)s, %(language)s) names “%(item)s”, which is not asked on an earlier page."),
    "pipe_kind": N_("The text (%(what)s, %(language)s) names “%(item)s”, whose answer is no word or number."),
    "pipe_differs": N_("The texts in the three languages name different questions (%(what)s). Make them alike."),
    # Drafts.
    "edit_gone": N_("“%(code)s” is not in the draft any more. Load the page again."),
    "edit_meanwhile": N_(
        "Somebody changed the draft meanwhile. Look at it again, then make your change once more."
    ),
    "nothing_to_undo": N_("There is nothing to undo."),
    "nothing_to_redo": N_("There is nothing to do again."),
    # Worth a second look.
    "page_empty": N_("This page has no question."),
    "no_list": N_("No page shows a problem list: no comparison can be made with these answers."),
    "no_controls": N_(
        "The problem list has no negative control and no bogus item: careless ticking cannot be seen."
    ),
    "scale_silent": N_("The points of this scale have no words, not even at its ends."),
    "asked_otherwise": N_("Shoppers are asked in other words than customers."),
    "one_source_only": N_("Only one of the two sources is asked: %(audience)s."),
    "after_the_receipt": N_("Customers get this page only by lot, after they sent; shoppers get it always."),
    "list_one_source": N_(
        "The problem list is not asked of both sources in the same place. Nothing could be compared."
    ),
    # One version after another.
    "reused_kind": N_(
        "Version %(number)s used this code for another kind of question (%(before)s). Choose a new code."
    ),
    "reused_scale": N_("Version %(number)s used this code for another scale (%(before)s). Choose a new code."),
    "reused_unit": N_("Version %(number)s used this code with another unit (%(before)s). Choose a new code."),
    "reused_option": N_(
        "In version %(number)s the code “%(option)s” meant something else: “%(before)s” is now “%(now)s”. "
        "Codes keep their meaning. Give the answers the codes that they had."
    ),
    "reused_problem": N_(
        "In version %(number)s this code meant something else: its words now stand at “%(now)s”. "
        "Codes keep their meaning. Give the problems the codes that they had."
    ),
    "reused_retired": N_("This code was retired when the list was merged or split. Choose a new code."),
    "reused_counted": N_("Version %(number)s did not count this code alike (%(before)s). Choose a new code."),
    "options_gone": N_("Answers of version %(number)s are no longer offered: %(codes)s."),
    "item_gone": N_("Version %(number)s asked “%(gone)s”; it is asked no more."),
    "list_changed": N_(
        "The problem list is not that of version %(number)s: answers to different lists are never compared."
    ),
    "nothing_changed": N_("Nothing differs from version %(number)s, so there is nothing to publish."),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a questionnaire; one that is not `blocking` is worth a second look only."""

    reason: str
    place: Place = "instrument"
    code: str = ""
    attribute: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    blocking: bool = True

    def __str__(self) -> str:
        """Say it in English."""
        where = f"{self.place} {self.code!r}: " if self.code else ""
        return where + SENTENCES[self.reason] % {"code": self.code, **self.details}


class QuestionnaireProblem(ValueError):
    """A definition that cannot be used: where in it, what is wrong, and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding
