"""Signing in and out, by Flask-Security under our layouts; one's own account. All hang on one blueprint."""

from survey_app.web.account import invitations as invitations
from survey_app.web.account import mine as mine
from survey_app.web.account.home import account as account
