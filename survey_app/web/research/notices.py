"""What a firm tells its customers around a survey: who is responsible, and its own words in three languages."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.notices import NOTICES, NoticeIncomplete, set_notices
from survey_app.actions.studies import NameTaken
from survey_app.forms.notices import NoticesForm
from survey_app.foundations import clock
from survey_app.queries.notices import notices_to_set
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.languages import NAMES
from survey_app.web.research.studies import studies


@studies.route("/firms/<public_id>/notices", methods=["GET", "POST"])
@needs("studies.design")
def notices(public_id: str) -> Answer | str:
    """Show and set what customers are told before the first question and after the last."""
    kept = notices_to_set(current_actor(), public_id) or abort(404)
    own = {
        f"{notice}_{language}": getattr(kept, notice).get(language, "")
        for notice in NOTICES
        for language in LANGUAGES
    }
    form = NoticesForm(name=kept.firm_name, controller=kept.controller, contact=kept.contact, **own)
    if form.validate_on_submit():
        try:
            set_notices(
                current_actor(),
                public_id,
                name=form.name.data,
                controller=form.controller.data,
                contact=form.contact.data,
                texts=form.texts(),
                at=clock.now(),
            )
        except NameTaken:
            form.name.errors = [_("There is a firm of this name already.")]
        except NoticeIncomplete as problem:
            form[f"{problem.notice}_{problem.language}"].errors = [
                _("Write it in %(language)s as well, or leave all three empty.", language=NAMES[problem.language])
            ]
        else:
            flash(_("Saved. Who begins an answer from now on reads these words."), "success")
            return redirect(url_for("research.notices", public_id=public_id), 303)
    return render_template("research/notices.html", firm=kept, form=form, notices=NOTICES)
