"""`import_questionnaire`: one line of JSON, exit status 0 or 1, nothing written in a dry run."""

import json

import pytest
from django.core.management import call_command

from intake.models import Questionnaire
from tests.factories.fhir_files import item, one_of_everything, resource


def run(capsys, path, *options):
    status = 0
    try:
        call_command("import_questionnaire", str(path), *options)
    except SystemExit as stopped:
        status = stopped.code
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def written(folder, value):
    path = folder / "file.json"
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path


def test_a_dry_run_needs_no_database(tmp_path, capsys):
    status, told = run(capsys, written(tmp_path, one_of_everything()), "--dry-run")

    assert status == 0
    assert told == {
        "accepted": True,
        "title": "The garden",
        "questions": 14,
        "hidden": 0,
        "pages": 1,
        "refused": [],
        "warnings": [],
    }


def test_every_page_is_rendered(tmp_path, capsys, monkeypatch):
    def fail(template, context):
        raise LookupError(context["page"].section.title)

    monkeypatch.setattr("intake.views.preview.render_to_string", fail)

    status, told = run(capsys, written(tmp_path, one_of_everything()), "--dry-run")

    assert (status, told["accepted"]) == (1, False)
    assert told["refused"][0]["reason"] == "The portal failed on this file (LookupError)."


@pytest.mark.django_db
def test_an_accepted_file_is_published_once(tmp_path, capsys):
    path = written(tmp_path, one_of_everything())

    first, again = run(capsys, path), run(capsys, path)

    assert (first[0], first[1]["published"], first[1]["slug"]) == (0, True, "garden")
    assert (again[0], again[1]["published"], again[1]["version"]) == (0, False, 1)
    assert Questionnaire.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_file_is_told_and_not_published(tmp_path, capsys):
    value = resource(item("a", "string"), item("b", "reference", "Which doctor?"))

    status, told = run(capsys, written(tmp_path, value))

    assert (status, told["accepted"], told["questions"]) == (1, False, 2)
    assert told["refused"] == [
        {
            "link_id": "b",
            "reason": "It asks to pick a record (type reference), and there are none to pick from.",
            "text": "Which doctor?",
        }
    ]
    assert Questionnaire.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "The file is empty."),
        (b"<a/>", "This is a FHIR a, not a FHIR Questionnaire."),
    ],
)
def test_no_questionnaire(tmp_path, capsys, content, reason):
    status, told = run(capsys, written(tmp_path, content), "--dry-run")

    assert (status, told["accepted"]) == (1, False)
    assert [one["reason"] for one in told["refused"]] == [reason]


def test_no_file(tmp_path, capsys):
    status, told = run(capsys, tmp_path / "nowhere.json")

    assert status == 1
    assert told["refused"][0]["reason"] == "The file can't be read: No such file or directory."


def test_a_fault_of_ours_is_told_too(tmp_path, capsys, monkeypatch):
    def fail(content):
        raise KeyError("x")

    monkeypatch.setattr("intake.management.commands.import_questionnaire.check_file", fail)

    status, told = run(capsys, written(tmp_path, b"{}"))

    assert status == 1
    assert told["refused"][0]["reason"] == "The portal failed on this file (KeyError)."
