"""Words that remember how they were made, and the languages in which they can be said."""

from analysis.language.catalogues import LANGUAGES as LANGUAGES
from analysis.language.catalogues import language as language
from analysis.language.speech import ENGLISH as ENGLISH
from analysis.language.speech import Language as Language
from analysis.language.words import Day as Day
from analysis.language.words import Group as Group
from analysis.language.words import Joined as Joined
from analysis.language.words import Listed as Listed
from analysis.language.words import Noun as Noun
from analysis.language.words import Number as Number
from analysis.language.words import Percent as Percent
from analysis.language.words import Sentence as Sentence
from analysis.language.words import Words as Words
from analysis.language.words import forms_of_name as forms_of_name
from analysis.language.words import lower_first as lower_first
from analysis.language.words import noun as noun
from analysis.language.words import said as said
from analysis.language.words import say as say
from analysis.language.words import say_many as say_many
from analysis.language.words import upper_first as upper_first
