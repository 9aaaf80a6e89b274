"""Tables, one subject a file; every table is imported here, so that migrations see them all."""

from survey_app.models.audit import AuditLine as AuditLine
from survey_app.models.comparisons import Comparison as Comparison
from survey_app.models.comparisons import Publication as Publication
from survey_app.models.fieldwork import Assignment as Assignment
from survey_app.models.fieldwork import Invitation as Invitation
from survey_app.models.fieldwork import LinkOpens as LinkOpens
from survey_app.models.fieldwork import Shopper as Shopper
from survey_app.models.instruments import Instrument as Instrument
from survey_app.models.instruments import InstrumentItem as InstrumentItem
from survey_app.models.instruments import InstrumentVersion as InstrumentVersion
from survey_app.models.people import Grant as Grant
from survey_app.models.people import Person as Person
from survey_app.models.places import Firm as Firm
from survey_app.models.places import Location as Location
from survey_app.models.places import Region as Region
from survey_app.models.responses import PageRequest as PageRequest
from survey_app.models.responses import Response as Response
from survey_app.models.responses import Review as Review
from survey_app.models.responses import Sighting as Sighting
from survey_app.models.studies import Problem as Problem
from survey_app.models.studies import Scenario as Scenario
from survey_app.models.studies import Study as Study
from survey_app.models.studies import StudyLocation as StudyLocation
from survey_app.models.studies import Theme as Theme
