"""The languages, each with its catalogue: a gettext file that translators fill, read as it stands."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from analysis.language.speech import ENGLISH, NBSP, Find, Language

#: The languages of documents, English first.
LANGUAGES: Final = ("en", "pl", "fi")
FOLDER: Final = Path(__file__).parent / "catalogues"


@cache
def language(code: str) -> Language:
    """Return a language with its texts.

    Examples
    --------
    >>> language("fi").number(-1234.5, 1)
    '−1\\xa0234,5'
    >>> language("pl").number(1234, 0), language("pl").number(12345, 0)
    ('1234', '12\\xa0345')
    """
    if code == "pl":
        find = _texts("pl")
        return Language("pl", Locale("pl"), decimal=",", group=NBSP, group_from=5, percent="%", find=find)
    if code == "fi":
        find = _texts("fi")
        return Language("fi", Locale("fi"), decimal=",", group=NBSP, group_from=4, percent=f"{NBSP}%", find=find)
    return ENGLISH


def _texts(code: str) -> Find:
    """Return what finds a text in the catalogue of a language; a text that it lacks stays English."""
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    texts = gettext.GNUTranslations(compiled)

    def find(one: str, many: str | None, count: float) -> str:
        return texts.gettext(one) if many is None else texts.ngettext(one, many, round(count))

    return find
