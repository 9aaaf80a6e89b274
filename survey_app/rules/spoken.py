"""Words that were stored in several languages: what a reader gets to see of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The language that is never missing.
DEFAULT = "en"


def in_language(stored: Any, language: str) -> Any:
    """Return what was stored for a language, else the English.

    What was stored before there were languages is returned as it is.

    >>> in_language({"en": "yes", "pl": "tak"}, "pl"), in_language({"en": "yes"}, "fi"), in_language("yes", "pl")
    ('tak', 'yes', 'yes')
    """
    if isinstance(stored, Mapping) and DEFAULT in stored:
        return stored.get(language, stored[DEFAULT])
    return stored


def language_of(stored: Any, language: str) -> str:
    """Return in which language `in_language` answers.

    >>> language_of({"en": "yes", "pl": "tak"}, "pl"), language_of("yes", "pl")
    ('pl', 'en')
    """
    return language if isinstance(stored, Mapping) and language in stored else DEFAULT


def sentences(documents: Any, english: str) -> dict[str, str]:
    """Return the verdict in one sentence by language, out of the documents of a comparison.

    >>> documents = {"pl": {"blocks": [{"kind": "verdict", "sentence": "Tak."}]}}
    >>> sentences(documents, "Yes.")
    {'en': 'Yes.', 'pl': 'Tak.'}
    """
    found = {DEFAULT: english}
    for language, document in documents.items():
        for block in document.get("blocks", []) if isinstance(document, Mapping) else []:
            if block["kind"] == "verdict":
                found[language] = block["sentence"]
    return found
