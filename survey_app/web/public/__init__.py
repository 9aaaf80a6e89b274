"""Pages that anybody may open."""

from survey_app.web.public import no_mail as no_mail
from survey_app.web.public import notices as notices
