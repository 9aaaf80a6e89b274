"""Every answer of R is reproduced by a test, or it is said in words why not."""

from importlib import import_module

from tests.reference.r_answers import HERE, TESTED, entries

for path in sorted(HERE.glob("test_*.py")):
    if path.stem != "test_all_entries":
        import_module(f"tests.reference.{path.stem}")  # each asks for its entries as it is loaded

#: Why the other entries are not reproduced.
NOT_TESTED = {
    "Not used: the primary interval needs no bootstrap.": ("cluster_bootstrap",),
    "Optional models of discovery, left out: the curves need no model, and their optimum is flat.": (
        "betabinomial",
        "nielsen",
        "lewis",
        "chapman",
    ),
    "Not used: tests and models that take shoppers for independent reject too often (docs/methods/primary.md).": (
        "wilcoxon_pairs_asym_cc",
        "wilcoxon_pratt",
        "wilcoxon_exact",
        "signflip_studentised",
        "wild_cluster",
        "gee_",
        "poisson_",
        "negbin",
        "lm_CR2",
        "celldiff",
        "glmer",
        "clogit",
        "brunner",
        "ordinal",
    ),
    "Arithmetic on two numbers of an article; printed as its input, never as a finding.": ("wom",),
    "Optional, left out: nobody is shown a Bayes factor.": ("bf_",),
}


def test_every_entry_is_tested_or_has_a_reason():
    left_out = tuple(start for starts in NOT_TESTED.values() for start in starts)
    assert [name for name in entries() if name not in TESTED and not name.startswith(left_out)] == []


def test_no_reason_is_given_for_what_is_tested_or_does_not_exist():
    for starts in NOT_TESTED.values():
        for start in starts:
            named = {name for name in entries() if name.startswith(start)}
            assert named, start
            assert not named & TESTED, start
