"""YAML that a repository may hold as rules: read safely, whatever it is."""

import pytest
import yaml

from indict_review import yaml_text


@pytest.mark.parametrize(
    "text",
    ["[" * 60_000, "x:\n  - {a: " + "[" * 60_000, "- " * 60_000, "? " * 60_000,
     "\n".join(" " * n + "a:" for n in range(2_000))],
)  # fmt: skip
def test_no_depth_ends_the_process(text):
    with pytest.raises(yaml_text.YamlError, match="nested deeper"):
        yaml_text.load(text)


def test_what_aliases_may_stand_for_has_a_bound():
    text = "a: &a [x, x]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True):
        text += f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"

    with pytest.raises(yaml_text.YamlError, match="stand for too much"):
        yaml_text.load(text)


def test_what_rules_do_with_aliases_and_depth_is_read():
    text = "a: &a {x: 1, y: [1, 2]}\nb: {<<: *a, z: *a}\nc:\n" + "".join(
        " " * n + f"k{n}:\n" for n in range(1, 60)
    )

    assert yaml_text.load(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    ["!!timestamp x", "!!int ''", "!!bool maybe", "!!python/object/apply:os.system [id]", "=",
     "a: 2026-13-45", "<<: a", "? {a: b}\n: c", "\ud800", b"\xff", "a: *b", "&a [*a]"],
)  # fmt: skip
def test_whatever_cannot_be_read_is_one_kind_of_error_on_one_line(text):
    with pytest.raises(yaml_text.YamlError) as caught:
        yaml_text.load(text)

    assert "\n" not in str(caught.value)
