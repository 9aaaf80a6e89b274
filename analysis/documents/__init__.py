"""Results in words: the sentence, the document, the file that can be mailed and printed."""

from analysis.documents.blocks import Document as Document
from analysis.documents.comparison_document import compose_document as compose_document
from analysis.documents.html_file import html_file as html_file
from analysis.documents.html_file import html_of as html_of
from analysis.documents.html_file import json_ready as json_ready
from analysis.documents.managers_document import compose_for_managers as compose_for_managers
