"""Adds the models, and whose it is, to a bill of materials of packages: CycloneDX from stdin to stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

from packaging.utils import canonicalize_name

from engine import VERSION, weights
from engine.artifacts import Artifact
from release.installed import requirements

_MIT = [{"license": {"id": "MIT"}}]
_ROOT = f"facesearch=={VERSION}"


def main() -> int:
    """What `make sbom` writes."""
    json.dump(completed(json.load(sys.stdin)), sys.stdout, indent=2)
    return 0


def completed(bill: dict[str, Any]) -> dict[str, Any]:
    """`bill` as one of Facesearch, which depends on what requirements.in names and on the models."""
    references = {canonicalize_name(each["name"]): each["bom-ref"] for each in bill["components"]}
    direct = [references[canonicalize_name(each.name)] for each in requirements("requirements.in")]
    root = {"type": "application", "bom-ref": _ROOT, "name": "facesearch", "version": VERSION, "licenses": _MIT}
    edges = {"ref": _ROOT, "dependsOn": sorted({*direct, *(model.name for model in weights.MODELS)})}
    return bill | {
        "metadata": bill["metadata"] | {"component": root},
        "components": [*bill["components"], *map(_component, weights.MODELS)],
        "dependencies": [*bill["dependencies"], edges, *({"ref": model.name} for model in weights.MODELS)],
    }


def _component(model: Artifact) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": model.name,
        "name": model.name,
        "description": f"From {model.source}; fetched by the engine{_out_of(model)}.",
        "hashes": [{"alg": f"SHA-{4 * len(model.digest)}", "content": model.digest}],
        "licenses": [{"license": {"id": model.licence}}],
    }
    if model.url:
        component["externalReferences"] = [{"type": "distribution", "url": model.url}]
    return component


def _out_of(model: Artifact) -> str:
    return f", out of {model.archive.requirement} on PyPI" if model.archive else ""


if __name__ == "__main__":
    sys.exit(main())
