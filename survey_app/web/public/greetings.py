"""What a customer is told before the first question, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.queries.surveys import Invited
from survey_app.rules.consent import Consent


@dataclass(frozen=True)
class Greeting:
    """The sentences of a greeting, each in its place on the page; together they are what is agreed to."""

    intro: str
    promises: tuple[str, ...]
    responsible: str
    kept: str
    agreement: str
    own_words: str

    def consent(self, language: str) -> Consent:
        """Return what pressing Start agrees to."""
        own = (self.own_words,) if self.own_words else ()
        return Consent(language, (self.intro, *self.promises, self.responsible, self.kept, *own, self.agreement))


def greeting_of(invited: Invited, language: str) -> Greeting:
    """Return the greeting of whoever comes by a link, in the language of the request."""
    pages = len(invited.instrument.pages_for(hired=False))
    return Greeting(
        intro=_(
            "%(firm)s wants to know how you were treated at %(location)s, above all if you came with a problem.",
            firm=invited.firm_name,
            location=invited.location_name,
        ),
        promises=(
            _(
                "%(pages)s short pages, two to three minutes. You may leave almost any question open.",
                pages=pages,
            ),
            _("No name, no account. Managers see only what ten people or more have said together."),
            _("Each page is saved when you press Continue. At the end you get a receipt."),
        ),
        responsible=_("Responsible for the data: %(controller)s", controller=invited.controller),
        kept=_(
            "We keep your answers, the day, and the place they are about; no name, no address of your device, no "
            "cookie. Researchers read them to compare what customers and hired visitors see. With your receipt "
            "code you can see, correct, withdraw or erase your answers later."
        ),
        agreement=_(
            "By pressing Start you say that you are 16 or older and agree that your answers are used as described "
            "here."
        ),
        own_words=invited.firm.privacy.get(language, ""),
    )
