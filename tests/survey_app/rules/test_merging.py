"""Laws of merging a page into what is stored."""

from hypothesis import given
from hypothesis import strategies as st

from survey_app.rules.merging import merge_answers

ITEMS = st.sampled_from(["a", "b", "c"])
ANSWERS = st.dictionaries(ITEMS, st.one_of(st.none(), st.integers(0, 3)))
TRAIL = st.dictionaries(ITEMS, st.tuples(st.integers(0, 5), st.sampled_from(["mine", "other"])))


@given(ANSWERS, TRAIL, ANSWERS, st.integers(0, 5))
def test_the_same_page_again_changes_nothing(stored, trail, posted, seen):
    once = merge_answers(stored, trail, posted, seen_revision=seen, request_id="mine")
    if once.conflicts:
        return
    after = dict(trail) | dict.fromkeys(once.changed, (seen + 1, "mine"))
    again = merge_answers(once.answers, after, posted, seen_revision=seen, request_id="mine")
    assert again.conflicts == ()
    assert again.answers == once.answers


@given(ANSWERS, TRAIL, ANSWERS, st.integers(0, 5))
def test_what_is_not_on_the_page_stays(stored, trail, posted, seen):
    merged = merge_answers(stored, trail, posted, seen_revision=seen, request_id="mine")
    assert {code: merged.answers[code] for code in stored if code not in posted} == {
        code: value for code, value in stored.items() if code not in posted
    }


@given(ANSWERS, TRAIL, ANSWERS, st.integers(0, 5))
def test_a_newer_answer_from_elsewhere_is_kept_or_asked_about(stored, trail, posted, seen):
    merged = merge_answers(stored, trail, posted, seen_revision=seen, request_id="mine")
    for code, (revision, by) in trail.items():
        if revision > seen and by != "mine" and stored.get(code) is not None:
            assert merged.answers[code] == stored[code]
            wanted_other = posted.get(code) is not None and posted[code] != stored[code]
            assert (code in merged.conflicts) == wanted_other


@given(ANSWERS, ANSWERS)
def test_a_fresh_page_is_taken_whole(stored, posted):
    merged = merge_answers(stored, {}, posted, seen_revision=0, request_id="mine")
    assert merged.answers == stored | posted
    assert merged.conflicts == ()
