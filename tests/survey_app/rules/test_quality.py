"""What speaks against a response is found in planted sets (T93 to T95), and honest people are rarely suspected."""

import json
import random
from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest

from survey_app.rules.definitions import read_instrument
from survey_app.rules.quality import (
    Beside,
    Flag,
    flags_beside_others,
    flags_of_one,
    least_seconds,
    sketch_of,
    words_of_page,
)
from tests.factories.studies import STANDARD

INSTRUMENT = read_instrument(json.loads(STANDARD.read_text()))
START = datetime(2026, 3, 2, tzinfo=UTC)
SCALES = [item for page in INSTRUMENT.pages_for(hired=False) for item in page.items if item.kind == "scale"]
BLOCKS = {code: INSTRUMENT.page(code).items for code in ("h2h", "met", "duties")}
OPENING = (
    "I came because",
    "When I called,",
    "In the shop",
    "On the phone",
    "My parcel",
    "The bill was",
    "Nobody said",
)
TALK = """
the bill counter waited again told promise letter wrong money clerk rude kind nobody answered twice sent office
late parcel queue phone hung card broken refund week closed window paid asked why another desk form lost number
"""
WORDS = TALK.split()


def wilson(found, of):
    """Return the 95 % interval of a share."""
    z, share = 1.96, found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def honest(chance):
    """Return the answers of somebody who answers as they feel, with the block that was drawn for them."""
    bad = chance.random()
    block = chance.choice(list(BLOCKS))
    answers = {}
    for item in (*SCALES, *BLOCKS[block]):
        if item.kind != "scale" or chance.random() < 0.08:
            continue
        low_is_bad = item.code not in ("stake", "trace")
        feeling = (1 - bad if low_is_bad else bad) + chance.gauss(0, 0.2)
        places = len(item.points) - 1
        answers[item.code] = item.points[round(min(1, max(0, feeling)) * places)]
    return answers, block


def in_one_line(chance):
    """Return the answers of somebody who ticks straight down the page."""
    block = chance.choice(list(BLOCKS))
    end = chance.choice((0, -1))
    return {item.code: item.points[end] for item in (*SCALES, *BLOCKS[block]) if item.kind == "scale"}, block


def seconds_of(chance, *, median, spread):
    return chance.lognormvariate(0, spread) * median


def judged(answers, block=None, seconds=None):
    return flags_of_one(INSTRUMENT, answers, language="en", block=block, seconds=seconds)


def story(chance):
    return f"{chance.choice(OPENING)} " + " ".join(chance.choices(WORDS, k=chance.randrange(12, 40)))


def recall_and_false_flags(flag, planted, others):
    """Say how many of the planted are found and how many honest ones are suspected, each with its interval."""
    found, wrong = sum(flag in each for each in planted), sum(flag in each for each in others)
    line = (
        f"{flag}: found {found} of {len(planted)} {wilson(found, len(planted))}, "
        f"suspected {wrong} of {len(others)} {wilson(wrong, len(others))}"
    )
    return found / len(planted), wrong / len(others), line


def test_who_ticks_straight_down_is_found_and_honest_people_rarely_are():
    """T93, straight-liners."""
    chance = random.Random(1)
    planted = [judged(*in_one_line(chance)) for _ in range(200)]
    others = [judged(*honest(chance)) for _ in range(2_000)]
    recall, wrong, line = recall_and_false_flags(Flag.STRAIGHT_LINE, planted, others)
    assert recall >= 0.9, line
    assert wrong <= 0.05, line


def test_who_cannot_have_read_the_pages_is_found():
    """T93, speeders: a quarter of a minute; honest people take two to three minutes, some a quarter of that."""
    chance = random.Random(2)
    planted = [judged({}, seconds=seconds_of(chance, median=12, spread=0.4)) for _ in range(200)]
    others = [judged({}, seconds=seconds_of(chance, median=150, spread=0.5)) for _ in range(2_000)]
    recall, wrong, line = recall_and_false_flags(Flag.TOO_FAST, planted, others)
    assert recall >= 0.9, line
    assert wrong <= 0.05, line


def test_slow_is_always_fine_and_a_clock_that_jumps_accuses_nobody():
    assert judged({}, seconds=40 * 24 * 3600) == {}
    assert judged({}, seconds=-5) == {}
    assert judged({}, seconds=None) == {}


def test_copied_texts_are_found_also_with_small_changes():
    """T93, copied texts: 200 copies of 20 stories, each with a word changed, among 2,000 of people's own."""
    chance = random.Random(3)
    originals = [story(chance) + " and that was not all of it by far." for _ in range(20)]
    copies = []
    for number in range(200):
        words = originals[number % 20].split()
        if number % 2:
            words.append(chance.choice(WORDS))
        copies.append(" ".join(words).upper() if number % 3 else "  ".join(words) + "!!")
    texts = [*copies, *(story(chance) for _ in range(2_000))]
    responses = [Beside(str(number), None, START, sketch_of([text])) for number, text in enumerate(texts)]
    found = flags_beside_others(responses)
    planted = [found.get(str(number), {}) for number in range(200)]
    others = [found.get(str(number), {}) for number in range(200, len(texts))]
    recall, wrong, line = recall_and_false_flags(Flag.SAME_TEXT, planted, others)
    assert recall >= 0.9, line
    assert wrong <= 0.05, line


@pytest.mark.parametrize("text", ["", "Long queue.", "Nobody came to the desk when I rang."])
def test_short_texts_are_alike_by_chance_and_say_nothing(text):
    assert sketch_of([text]) is None


def test_honest_people_who_agree_on_everything_are_no_copies():
    """T94: 40 points kept nine times of ten; answers to a list are never compared, only what people wrote."""
    chance = random.Random(4)
    for _ in range(20):
        responses = [
            Beside(str(number), 1, START + timedelta(hours=number), sketch_of([story(chance)]))
            for number in range(60)
        ]
        assert len(flags_beside_others(responses)) <= 3


def fortnight(chance, *, a_day=25):
    """Return the moments of answers at one location over 14 days, most of them around noon and five o'clock."""
    moments = []
    for day in range(14):
        for _ in range(round(chance.gauss(a_day, 5))):
            hour = chance.choice((chance.gauss(12.3, 0.5), chance.gauss(17, 1), chance.uniform(9, 20)))
            moments.append(START + timedelta(days=day, hours=hour))
    return moments


def bursts_of(moments):
    responses = [Beside(str(number), 1, moment, None) for number, moment in enumerate(moments)]
    return {name for name, flags in flags_beside_others(responses).items() if Flag.BURST in flags}


def test_thirty_answers_in_ten_minutes_are_a_burst_and_busy_lunch_hours_are_none():
    """T95: 100 stuffed fortnights, and 100 honest ones."""
    chance = random.Random(5)
    caught = suspected = answers = 0
    for _ in range(100):
        normal = fortnight(chance)
        begun = START + timedelta(days=chance.randrange(14), hours=chance.uniform(9, 20))
        stuffed = [begun + timedelta(minutes=chance.uniform(0, 10)) for _ in range(30)]
        found = bursts_of([*normal, *stuffed])
        caught += sum(str(number) in found for number in range(len(normal), len(normal) + 30)) >= 27
        suspected += len(bursts_of(normal))
        answers += len(normal)
    assert caught >= 90
    assert suspected <= 0.05 * answers


def test_a_burst_is_one_of_its_link_only():
    moments = [START + timedelta(days=day, hours=12) for day in range(14)]
    stuffed = [START + timedelta(days=3, hours=15, seconds=20 * number) for number in range(30)]
    responses = [Beside(f"a{number}", 1, moment, None) for number, moment in enumerate([*moments, *stuffed])]
    responses += [Beside(f"b{number}", 2, moment, None) for number, moment in enumerate(moments)]
    responses += [Beside(f"c{number}", None, moment, None) for number, moment in enumerate(stuffed)]
    assert set(flags_beside_others(responses)) == {f"a{number}" for number in range(14, 44)}
    assert flags_beside_others(responses[::-1]) == flags_beside_others(responses)


def test_the_mutant_that_looks_at_no_time_of_day_would_suspect_a_lunch_hour():
    """A canteen where forty people answer between 12:00 and 12:20 each day is busy, not stuffed."""
    chance = random.Random(6)
    moments = [
        START + timedelta(days=day, hours=12, minutes=chance.uniform(0, 20))
        for day in range(14)
        for _ in range(40)
    ]
    assert len(bursts_of(moments)) <= 0.05 * len(moments)
    one_day = [moment for moment in moments if moment.day == START.day]
    spread = [START + timedelta(days=day, hours=chance.uniform(0, 24)) for day in range(1, 14) for _ in range(3)]
    assert len(bursts_of([*one_day, *spread])) >= 0.9 * len(one_day)


def test_a_problem_that_cannot_be_is_a_sign():
    bogus = next(problem.code for problem in INSTRUMENT.problems if problem.theme == "bogus")
    assert judged({"problems": {bogus: 2}}) == {Flag.IMPOSSIBLE: {"problem": bogus}}
    assert judged({"problems": {"none": None}}) == {}


@pytest.mark.parametrize("language", ["en", "pl", "fi"])
def test_the_pages_take_two_to_three_minutes_to_read(language):
    words = {page.code: words_of_page(INSTRUMENT, page.code, language=language) for page in INSTRUMENT.pages}
    core = sum(words[page.code] for page in INSTRUMENT.pages_for(hired=False))
    assert core / 200 <= 3.5, words
    assert least_seconds(INSTRUMENT, {}, language=language) > 15
    for code in INSTRUMENT.blocks:
        assert words[code] / 200 <= 2, code
