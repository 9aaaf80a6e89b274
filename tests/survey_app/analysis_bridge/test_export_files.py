"""What is taken out comes back as it was in every format, runs nowhere, and gives the primary estimate again."""

import csv
import io
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from sqlalchemy import select, update

from analysis import compare
from survey_app.actions.exports import (
    KEPT,
    MOST_ATTEMPTS,
    SILENCE,
    ExportProblem,
    claim_export,
    finish_export,
    request_export,
)
from survey_app.actions.own import erase_response
from survey_app.actions.plans import lock_plan, save_plan
from survey_app.analysis_bridge.export_files import Table, make_export, remove_expired, spss_names, write_tables
from survey_app.analysis_bridge.tables import tidy_tables
from survey_app.foundations import clock
from survey_app.foundations.database import reading, writing
from survey_app.foundations.files import export_path
from survey_app.models import AuditLine, Export, Response
from survey_app.queries.comparing import study_data
from survey_app.queries.exports import find_export
from survey_app.queries.plans import choices_followed
from survey_app.rules.codebook import Column
from survey_app.rules.permissions import SYSTEM, Actor
from survey_app.rules.plans import begin_plan, make_plan
from survey_app.rules.spreadsheets import csv_rows, original_cell
from survey_app.rules.vocabulary import ActorKind, ExportFormat
from tests.factories.imports import take_in
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt
from tests.survey_app.rules.test_spreadsheets import DANGEROUS

STORY = "My name is Canary and I waited."


@pytest.fixture
def study(app):
    made = make_open_study()
    take_in(made.study)
    save_plan(SYSTEM, made.study, begin_plan() | {"choices": make_plan()}, seen_revision=0, at=NOW)
    lock_plan(SYSTEM, made.study, seen_revision=1, reason="Imported.", at=NOW)
    return made


def taken(study, kind=ExportFormat.CSV, *, identifying=False):
    """Take a study out; return the row of the export and the files in it by name."""
    public_id = request_export(SYSTEM, study.study, kind=kind, identifying=identifying, reason="why", at=NOW)
    with reading() as session:
        row_id = session.scalar(select(Export.id).where(Export.public_id == public_id))
    make_export(row_id)
    with reading() as session:
        row = session.get_one(Export, row_id)
    assert row.state == "ready", row.failure
    with zipfile.ZipFile(export_path(public_id)) as packed:
        return row, {name: packed.read(name) for name in packed.namelist()}


def unpacked(files, folder):
    for name, content in files.items():
        (folder / name).write_bytes(content)


def estimate_of(study_id):
    data = study_data(study_id)
    return compare(tidy_tables(data), choices_followed(study_id)).primary.estimate


#: The scripts, and in which formats each is run; R reads the others with packages of its own.
SCRIPTS = [(sys.executable, "read.py", kind) for kind in ExportFormat]
if shutil.which("Rscript"):
    SCRIPTS.append(("Rscript", "read.R", ExportFormat.CSV))


@pytest.mark.parametrize(("program", "script", "kind"), SCRIPTS)
def test_the_scripts_find_the_primary_estimate_again(study, tmp_path, program, script, kind):
    row, files = taken(study, kind)
    unpacked(files, tmp_path)
    run = subprocess.run([program, tmp_path / script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) == pytest.approx(estimate_of(row.study_id), abs=1e-12)
    assert float(run.stdout) > 1


def test_the_codebook_says_what_each_column_of_each_table_means(study):
    _row, files = taken(study)
    book = json.loads(files["codebook.json"])
    for table, columns in book["tables"].items():
        header = files[f"{table}.csv"].decode().splitlines()[0].replace('"', "").split(",")
        assert [column["name"] for column in columns] == header
    assert (book["reason"], book["identifying"], book["format"]) == ("why", False, "csv")
    assert "for: why" in files["README.txt"].decode()


def test_what_can_point_at_a_person_comes_only_if_asked_for(app, study):
    answer_until_receipt(Visitor(app.test_client()).open(f"/en/s/{study.links[0]}"), story=STORY)
    _row, without = taken(study)
    assert not any(b"Canary" in content for content in without.values())
    row, with_it = taken(study, identifying=True)
    assert b"Canary" in with_it["answers.csv"]
    [story] = [
        column for column in json.loads(with_it["codebook.json"])["tables"]["answers"] if column["name"] == "story"
    ]
    assert story["identifying"]
    with reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.subject == "exports")).all()
    assert {line.action for line in lines} == {"export.request", "export.finish"}
    assert next(line.details for line in lines if line.subject_id == row.id)["reason"] == "why"


def test_several_ticks_are_ones_and_noughts_and_empty_where_not_shown(app, study):
    answer_until_receipt(Visitor(app.test_client()).open(f"/en/s/{study.links[0]}"))
    _row, files = taken(study)
    answers = pd.read_csv(io.BytesIO(files["answers.csv"]), dtype=str, keep_default_na=False)
    ticks = [name for name in answers if "__" in name]
    assert ticks
    assert {value for name in ticks for value in answers[name]} <= {"", "0", "1"}
    assert (answers[ticks] == "").all(axis=1).any()


def hostile_rows(number, seed=20261124):
    draw = random.Random(seed)
    letters = "=+-@%|,;'\" a1＝＠😀ąŻ\u200b\u00a0<&\n\t"
    # What the database can hold: it refuses NUL, a carriage return, and the like.
    kept = [text for text in DANGEROUS if not set(text) & {"\0", "\r"}]
    rows = [{"response_id": f"d{place}", "said": text} for place, text in enumerate(kept)]
    while len(rows) < number:
        text = "".join(draw.choice(letters) for _ in range(draw.randrange(14)))
        rows.append({"response_id": f"r{len(rows)}", "said": text})
    return [row | {"felt": float(place % 7 - 3)} for place, row in enumerate(rows)]


COLUMNS = (Column("response_id", "Id"), Column("said", "What was said"), Column("felt", "Felt", "number"))


def read_back(path, kind):
    if kind is ExportFormat.PARQUET:
        rows = pq.read_table(path).to_pylist()
        return [row | {"said": row["said"] or ""} for row in rows]
    if kind is ExportFormat.SAV:
        return pyreadstat.read_sav(path, user_missing=True)[0].to_dict("records")
    if kind is ExportFormat.XLSX:
        cells = list(openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True).active.iter_rows())
        assert all(cell.data_type in ("s", "inlineStr", "n") for row in cells for cell in row)
        return [
            {"response_id": row[0].value, "said": row[1].value or "", "felt": row[2].value} for row in cells[1:]
        ]
    read = pd.read_csv(path, dtype=str, keep_default_na=False, lineterminator="\n")
    return [
        {"response_id": row["response_id"], "said": original_cell(row["said"]), "felt": float(row["felt"])}
        for row in read.to_dict("records")
    ]


def same_in(kind, text):
    """What a format can hold of a text: SPSS pads with spaces."""
    return text.rstrip(" ") if kind is ExportFormat.SAV else text


def round_trip(folder, kind, number):
    rows = hostile_rows(number)
    [path] = write_tables([Table("answers", COLUMNS, lambda: iter(rows))], kind, folder)
    back = read_back(path, kind)
    assert len(back) == len(rows)
    for row, found in zip(rows, back, strict=True):
        assert same_in(kind, found["said"]) == same_in(kind, row["said"]), row
        assert (found["response_id"], found["felt"]) == (row["response_id"], row["felt"])
    return path


@pytest.mark.parametrize("kind", ExportFormat)
def test_hostile_text_comes_back_as_it_was(tmp_path, kind):
    path = round_trip(tmp_path, kind, 1500)
    if kind is ExportFormat.XLSX:
        with zipfile.ZipFile(path) as book:
            inside = b"".join(book.read(name) for name in book.namelist())
            assert not [name for name in book.namelist() if "external" in name.lower()]
        assert not re.search(b"<f>|<f |hyperlink|definedName", inside)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ExportFormat)
def test_a_hundred_thousand_rows_of_hostile_text_come_back(tmp_path, kind):
    round_trip(tmp_path, kind, 100_000)


def opened_by_libreoffice(path, folder, *options):
    """Return the rows of a file as LibreOffice reads it: pairs of a kind (f is a formula) and a value."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", *options, "--convert-to", "xlsx", "--outdir", folder / "opened"]
    subprocess.run([*command, path], check=True, capture_output=True, timeout=120)
    sheet = openpyxl.load_workbook(folder / "opened" / f"{path.stem}.xlsx").active
    return [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]


#: Needs `soffice` (Debian: libreoffice-calc); without it there is nothing to open a file with.
SPREADSHEETS = [(kind, ",") for kind in (ExportFormat.CSV, ExportFormat.XLSX) if shutil.which("soffice")]
SPREADSHEETS += [(ExportFormat.CSV, delimiter) for _kind, _delimiter in SPREADSHEETS[:1] for delimiter in ";\t"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "delimiter"), SPREADSHEETS)
def test_libreoffice_runs_nothing_of_what_was_taken_out(tmp_path, kind, delimiter):
    """T37, T38."""
    rows = hostile_rows(1500)
    [path] = write_tables([Table("answers", COLUMNS, lambda: iter(rows))], kind, tmp_path)
    options = [f"--infilter=CSV:{ord(delimiter)},34,76"] if kind is ExportFormat.CSV else []
    if delimiter != ",":
        path.write_text("".join(csv_rows([column.name for column in COLUMNS], rows, delimiter=delimiter)))
    shown = opened_by_libreoffice(path, tmp_path, *options)
    assert not [cell for row in shown for cell in row if cell[0] == "f"]
    assert [row[2] for row in shown[1:]] == [("n", row["felt"]) for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("delimiter", [delimiter for kind, delimiter in SPREADSHEETS if kind is ExportFormat.CSV])
def test_libreoffice_runs_what_is_not_made_safe(tmp_path, delimiter):
    """The mutant: the same texts, in quotes alone."""
    path = tmp_path / "answers.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([[text] for text in DANGEROUS])
    shown = opened_by_libreoffice(path, tmp_path, f"--infilter=CSV:{ord(delimiter)},34,76")
    assert [cell for row in shown for cell in row if cell[0] == "f"]


def test_an_spss_file_has_labels_of_variables_and_of_values(study, tmp_path):
    _row, files = taken(study, ExportFormat.SAV)
    (tmp_path / "r.sav").write_bytes(files["responses.sav"])
    frame, meta = pyreadstat.read_sav(tmp_path / "r.sav")
    assert meta.column_names_to_labels["arm"] == "Who answered"
    assert meta.variable_value_labels["arm"]["complainant"] == "genuine customer with a problem"
    assert set(map(str, frame["visited_on"])) == {"2026-03-01", "2026-03-02", "2026-03-03"}


def test_names_that_spss_refuses_are_made_fit():
    names = spss_names(["a b", "a-b", "A_B", "1st", "ż", "", "x" * 100])
    assert len({name.lower() for name in names.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,63}", name, re.ASCII) for name in names.values())


def test_nothing_is_taken_out_without_a_reason(study):
    with pytest.raises(ExportProblem):
        request_export(SYSTEM, study.study, kind=ExportFormat.CSV, identifying=False, reason=" ", at=NOW)


def test_only_whoever_said_why_gets_the_file_and_only_for_a_week(study):
    row, _files = taken(study)
    asker = Actor(ActorKind.SYSTEM, None)
    assert find_export(asker, row.public_id, at=NOW) is None
    with writing() as session:
        session.execute(update(Export).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert export_path(row.public_id).exists()
    remove_expired()
    assert not export_path(row.public_id).exists()
    with reading() as session:
        assert session.scalar(select(Export.state)) == "expired"
    assert timedelta(days=7) == KEPT


def test_an_erased_response_takes_the_files_with_it_that_hold_it(app, study):
    visitor = answer_until_receipt(Visitor(app.test_client()).open(f"/en/s/{study.links[0]}"))
    assert visitor is not None
    row, _files = taken(study)
    with reading() as session:
        sent = session.scalar(select(Response.submission_id).where(Response.submission_id.is_not(None)))
    erase_response(sent, at=clock.now())
    remove_expired()
    assert not export_path(row.public_id).exists()


def test_a_worker_that_fell_silent_is_overtaken_and_cannot_finish(study):
    request_export(SYSTEM, study.study, kind=ExportFormat.CSV, identifying=False, reason="why", at=NOW)
    first = claim_export(1, at=NOW)
    assert claim_export(1, at=NOW + SILENCE) is None
    second = claim_export(1, at=NOW + SILENCE + timedelta(seconds=1))
    assert (first, second) == (1, 2)
    assert not finish_export(1, first, size=1, sha256="0" * 64, at=NOW)
    assert finish_export(1, second, size=1, sha256="0" * 64, at=NOW)
    assert claim_export(1, at=NOW + timedelta(days=1)) is None
    assert MOST_ATTEMPTS == 3


def test_a_read_sees_one_instant_while_others_write(study):
    """Responses and sightings of one export belong together."""
    with reading() as session:
        before = len(session.scalars(select(Response.id)).all())
        with writing() as other:
            other.execute(update(Response).values(state="void"))
        states = set(session.scalars(select(Response.state)))
        assert (len(session.scalars(select(Response.id)).all()), states) == (before, {"submitted"})
