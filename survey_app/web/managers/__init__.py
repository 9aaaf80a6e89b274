"""Pages of managers: what was published, and what they will do about it. All hang on one blueprint."""

from survey_app.web.managers import problems as problems
from survey_app.web.managers import undertakings as undertakings
from survey_app.web.managers.findings import managers as managers
