"""What is stored, held against what was acknowledged: nothing lost, nothing twice, nothing torn."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import AuditLine, PageRequest, Response, Sighting
from survey_app.rules.questionnaire import seen_problems
from survey_app.rules.vocabulary import ResponseState


@dataclass
class Findings:
    """What was found: each entry names one thing that should not be."""

    acknowledged: int = 0
    #: Acknowledged writes that an attempt before the last had committed: its answer was cut off on the way.
    committed_unanswered: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)

    @property
    def bad(self):
        """Whether anything was lost, is there twice, or is torn."""
        return bool(self.lost or self.twice or self.torn)


def compare_with_stored(place, walks):
    """Hold what strangers were told against what the database holds."""
    findings = Findings()
    stored = _Stored()
    for walk in walks:
        findings.acknowledged += walk.started + len(walk.pages)
        _look_for(walk, stored, findings)
    known = {walk.submission_id for walk in walks}
    for response in stored.responses:
        if response.submission_id not in known:
            findings.twice.append(f"response {response.id} is nobody's")
        findings.torn += _torn(response, stored)
    findings.torn += place.damage()
    return findings


class _Stored:
    """All that is stored of responses, by what it is looked up by."""

    def __init__(self):
        with reading() as session:
            self.responses = session.scalars(select(Response).order_by(Response.id)).all()
            pages = session.scalars(select(PageRequest)).all()
            sightings = session.execute(select(Sighting.response_id, Sighting.problem, Sighting.severity)).all()
            audit = session.execute(
                select(AuditLine.subject_id, AuditLine.action, func.count())
                .where(AuditLine.subject == "responses")
                .group_by(AuditLine.subject_id, AuditLine.action)
            ).all()
        self.by_submission = defaultdict(list)
        for response in self.responses:
            self.by_submission[response.submission_id].append(response)
        self.by_request, self.pages_of = defaultdict(list), defaultdict(list)
        for page in pages:
            self.by_request[page.request_id].append(page)
            self.pages_of[page.response_id].append(page)
        self.sightings_of = defaultdict(dict)
        for response_id, problem, severity in sightings:
            self.sightings_of[response_id][problem] = severity
        self.lines = {(subject, action): count for subject, action, count in audit}
        self.receipts = Counter(response.receipt_hash for response in self.responses if response.receipt_hash)


def _look_for(walk, stored, findings):
    """Look for everything of one walk that was acknowledged."""
    responses = stored.by_submission.get(walk.submission_id, [])
    if walk.started and not responses:
        findings.lost.append(f"start of {walk.submission_id}")
    if len(responses) > 1:
        findings.twice.append(f"start of {walk.submission_id}: {len(responses)} responses")
    for sent in walk.pages:
        pages = stored.by_request.get(sent.request_id, [])
        if not pages:
            findings.lost.append(f"page {sent.request_id}")
        if len(pages) > 1:
            findings.twice.append(f"page {sent.request_id}: {len(pages)} times")
        findings.committed_unanswered += any(page.received_at < sent.began for page in pages)
    if walk.receipt is not None:
        _look_for_receipt(walk, responses, stored, findings)


def _look_for_receipt(walk, responses, stored, findings):
    count = stored.receipts[hash_of_secret(walk.receipt)]
    if count == 0:
        findings.lost.append(f"receipt of {walk.submission_id}")
    if count > 1:
        findings.twice.append(f"receipt of {walk.submission_id}: {count} times")
    for response in responses:
        said = (response.answers.get("story"), seen_problems(response.answers))
        if said != (walk.story, walk.seen):
            findings.lost.append(f"{walk.submission_id} said {walk.story, walk.seen}, stored is {said}")


def _torn(response, stored):
    """Return what in a response does not fit the rest of it."""
    name = f"response {response.id}"
    pages = stored.pages_of[response.id]
    expected = seen_problems(response.answers) | dict.fromkeys(response.answers.get("beyond") or ())
    if stored.sightings_of[response.id] != expected:
        yield f"{name}: sightings are not what was answered"
    if response.revision != max((page.revision for page in pages), default=-1):
        yield f"{name}: revision {response.revision} is that of no page"
    known = {(page.revision, page.request_id) for page in pages}
    if not {tuple(entry) for entry in response.trail.values()} <= known:
        yield f"{name}: the trail leads to a page that is not there"
    if set(response.answers) - set(response.trail):
        yield f"{name}: an answer without a trail"
    sent = response.state == ResponseState.SUBMITTED
    if sent != (response.receipt_hash is not None):
        yield f"{name}: a receipt without an end, or the other way round"
    for action, wanted in (("start", 1), ("page", len(pages) - 1), ("send", int(sent))):
        found = stored.lines.get((response.id, f"response.{action}"), 0)
        if found != wanted:
            yield f"{name}: {found} audit lines of response.{action}, not {wanted}"
