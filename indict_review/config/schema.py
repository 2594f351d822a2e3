"""The JSON Schema of settings files, for editors and for whoever writes such files."""

import json

from indict_review.config.files import Owner
from indict_review.config.settings import SETTINGS, Setting

_TITLE = "indict-review settings, version 1"
_WHOSE = {
    Owner.REPOSITORY: "A repository's .indict-review.yaml, read as the base of a change has it.",
    Owner.USER: "Your own ~/.config/indict-review/config.yaml: it may set everything.",
    Owner.NESTED: "A .indict-review.yaml below the top of a repository: it may only be stricter.",
}


def text() -> str:
    """The document: its top is the repository's file, `#/$defs/user` and `…/nested` the others."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:indict-review:config:1",
        "title": _TITLE,
        **_file(Owner.REPOSITORY),
        "$defs": {
            "user": _file(Owner.USER),
            "nested": _file(Owner.NESTED),
            "settings": {setting.name: _setting(setting) for setting in SETTINGS},
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _file(owner: Owner) -> dict[str, object]:
    allowed = [setting.name for setting in SETTINGS if owner.may_set(setting)]
    return {
        "description": _WHOSE[owner],
        # A file of nothing but comments is null.
        "type": ["object", "null"],
        "properties": {name: {"$ref": f"#/$defs/settings/{name}"} for name in allowed},
        "additionalProperties": False,
    }


def _setting(setting: Setting[object]) -> dict[str, object]:
    default = {} if setting.default is None else {"default": setting.default}
    return {"description": setting.doc, **setting.kind.schema, **default}
