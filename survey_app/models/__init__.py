"""Tables, one subject a file; every table is imported here, so that migrations see them all."""

from survey_app.models.documents import StoredDocument as StoredDocument
