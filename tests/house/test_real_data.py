"""The pages on real data print what the code finds today; `python -m benchmarks.real_data` writes them again."""

from pathlib import Path

import pytest

from benchmarks.real_data.__main__ import ROOT, texts


@pytest.fixture(scope="module")
def written():
    return texts()


def test_every_number_on_the_pages_is_found_again(written):
    for path, text in written.items():
        assert (ROOT / "docs" / path).read_text(encoding="utf-8") == text, path


def test_complaints_rank_plans_more_as_members_do_than_test_calls(written):
    page = written[Path("methods/cms.md")]
    better = page.partition("Members' rating of **customer service**")[2].partition("all together |")[2]
    low = better.split("|")[3].partition("(")[2].partition(" ")[0]
    assert float(low.replace("−", "-")) > 0


def test_the_birbhum_page_says_that_it_is_no_test_of_the_claim(written):
    page = written[Path("methods/birbhum.md")]
    assert "not a test of the claim" in page
    assert "They are not complainants" in page
