"""What the tables that can be published are called."""

from __future__ import annotations

from flask_babel import gettext as _


def breakdown_names() -> dict[str, str]:
    """Return the names of all tables, from coarse to fine."""
    return {
        "firm-quarter": _("quarter by quarter, all places together"),
        "firm-month": _("month by month, all places together"),
        "region-whole": _("region by region"),
        "region-quarter": _("regions, quarter by quarter"),
        "region-month": _("regions, month by month"),
        "location-whole": _("place by place"),
        "location-quarter": _("places, quarter by quarter"),
        "location-month": _("places, month by month"),
    }
