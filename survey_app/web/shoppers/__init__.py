"""Pages of mystery shoppers: their personal link, what they are asked to do, and their reports."""

from survey_app.web.shoppers.visits import shoppers as shoppers
