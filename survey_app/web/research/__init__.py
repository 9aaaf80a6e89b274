"""Pages of the research staff, one file a subject; all hang on one blueprint."""

from survey_app.web.research import brought_in as brought_in
from survey_app.web.research import cells as cells
from survey_app.web.research import comparisons as comparisons
from survey_app.web.research import contacts as contacts
from survey_app.web.research import exports as exports
from survey_app.web.research import fieldwork as fieldwork
from survey_app.web.research import instrument_preview as instrument_preview
from survey_app.web.research import instruments as instruments
from survey_app.web.research import links as links
from survey_app.web.research import notices as notices
from survey_app.web.research import plans as plans
from survey_app.web.research import publishing as publishing
from survey_app.web.research import quotations as quotations
from survey_app.web.research import responses as responses
from survey_app.web.research import settings as settings
from survey_app.web.research import stories as stories
from survey_app.web.research.studies import studies as studies
