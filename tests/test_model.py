"""The main job with the real 1.5B model, end to end. Minutes, so few of them."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from indict_review.cli import run

EXAMPLES = Path(__file__).parent.parent / "examples"

pytestmark = pytest.mark.model


@pytest.fixture
def cache(model_weights, tmp_path, monkeypatch):
    """A cache folder that has the weights and nothing else."""
    folder = tmp_path / "cache"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / model_weights.name).symlink_to(model_weights)
    monkeypatch.setenv("INDICT_REVIEW_CACHE", str(folder))


def reviewed(capsys, *arguments):
    code = run([*arguments, "--model", "local", "--format", "json", "--quiet"])
    review = json.loads(capsys.readouterr().out)
    schema = json.loads(files("indict_review").joinpath("schema/review-1.json").read_text())
    jsonschema.validate(review, schema)
    return code, review


def test_a_reply_with_a_patch_becomes_a_grounded_review_with_verified_code(cache, capsys):
    code, review = reviewed(
        capsys,
        "patch",
        str(EXAMPLES / "stock.md"),
        "--repo",
        str(EXAMPLES / "stock"),
        "--task",
        f"@{EXAMPLES / 'stock.task.md'}",
    )
    speakers = {turn["speaker"] for turn in review["dialogue"]}

    assert code == 1
    assert review["verdict"] == "fail"
    assert {"CWE-89", "CWE-22"} <= {f["cwe"] for f in review["findings"]}
    assert all(f["evidence"] for f in review["findings"])
    assert {"safety", "helpfulness", "summary", "actor"} <= speakers
    assert review["revision"]["verification"]["status"] == "passed"
    assert "name = ?" in review["revision"]["patch"]
    assert review["usage"]["cached_tokens"] > 0
    assert review["skipped"] == []


def test_a_harmful_task_is_not_served(cache, capsys):
    code, review = reviewed(
        capsys,
        "patch",
        str(EXAMPLES / "harmful.diff"),
        "--repo",
        str(EXAMPLES / "stock"),
        "--task",
        f"@{EXAMPLES / 'harmful.task.md'}",
    )

    assert code == 1
    assert review["task_assessment"]["harmful"]
    assert review["revision"]["verification"]["status"] == "withheld"
    assert review["revision"]["patch"] == ""
