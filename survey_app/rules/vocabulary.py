"""The words of the product, each with the codes that tables, pages and exports share."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person on the staff does."""

    ADMINISTRATOR = "administrator"
    RESEARCHER = "researcher"
    CODER = "coder"
    MANAGER = "manager"


class Scope(StrEnum):
    """How far a grant reaches."""

    ALL = "all"
    FIRM = "firm"
    REGION = "region"
    LOCATION = "location"


class StudyState(StrEnum):
    """Whether a study takes answers."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Need(StrEnum):
    """Whether a person came with a need: played, real, or none."""

    PLAYED = "played"
    REAL = "real"
    NONE = "none"


class Route(StrEnum):
    """How a response came in."""

    ASSIGNED = "assigned"
    INVITED = "invited"
    OPEN = "open"
    BROUGHT_IN = "brought_in"


class Channel(StrEnum):
    """How a customer and a firm met."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    E_MAIL = "e_mail"
    CHAT = "chat"
    WEB = "web"
    APP = "app"
    POST = "post"
    SOCIAL_MEDIA = "social_media"


class InvitationKind(StrEnum):
    """Whether a link may be used by many or by one."""

    OPEN = "open"
    SINGLE = "single"


class Basis(StrEnum):
    """Why a complaint from outside may be used."""

    PUBLIC = "public"
    CONSENT = "consent"
    AUTHORITY = "authority"


class LetterKind(StrEnum):
    """What a mail to a contact is."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class LetterState(StrEnum):
    """How far a mail is. `uncertain`: whoever sent it was stopped in the act, and it is never sent twice."""

    WAITING = "waiting"
    BEGUN = "begun"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


class ResponseState(StrEnum):
    """How far a response is."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    VOID = "void"


class AssignmentState(StrEnum):
    """How far a shopper is with an assignment."""

    OPEN = "open"
    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class ReviewState(StrEnum):
    """Where the staff's review of a response stands; customers' responses need none."""

    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class Origin(StrEnum):
    """Who said that a problem was seen: the respondent on the list, or a coder reading the story."""

    CHECKLIST = "checklist"
    CODED = "coded"


class ComparisonState(StrEnum):
    """How far a comparison is."""

    REQUESTED = "requested"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ProposalState(StrEnum):
    """How far a proposal for a publication is."""

    REQUESTED = "requested"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    PUBLISHED = "published"


class UndertakingState(StrEnum):
    """What became of something that a firm undertook."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ExportFormat(StrEnum):
    """As which kind of file data are taken out."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    SAV = "sav"


class ExportState(StrEnum):
    """How far an export is."""

    REQUESTED = "requested"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class ActorKind(StrEnum):
    """Who did something."""

    PERSON = "person"
    SHOPPER = "shopper"
    CUSTOMER = "customer"
    SYSTEM = "system"


LANGUAGES = ("en", "pl", "fi")


def arm(*, hired: bool, need: Need | None) -> str | None:
    """Return the arm that hired and need make, or None while the need is not known."""
    if need is None:
        return None
    if hired:
        return "shopper" if need is Need.PLAYED else "hired_real_need"
    return "complainant" if need is Need.REAL else "customer"
