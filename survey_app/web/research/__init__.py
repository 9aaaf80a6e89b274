"""Pages of the research staff, one file a subject; all hang on one blueprint."""

from survey_app.web.research import comparisons as comparisons
from survey_app.web.research import fieldwork as fieldwork
from survey_app.web.research import responses as responses
from survey_app.web.research.studies import studies as studies
