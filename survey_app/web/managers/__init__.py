"""Pages of managers: what was published, and nothing else. All hang on one blueprint."""

from survey_app.web.managers import problems as problems
from survey_app.web.managers.findings import managers as managers
