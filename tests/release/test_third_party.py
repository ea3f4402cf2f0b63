"""The page on third parties is that of what is installed, and a bill of materials says the same."""

import json
import platform
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import VERSION, weights
from release import sbom, third_party
from release.installed import licence, packages, requirements

ROOT = Path(__file__).parents[2]
ELSEWHERE = (sys.platform, platform.machine()) != ("linux", "x86_64")


@pytest.mark.skipif(ELSEWHERE, reason="the page is of wheels for Linux on x86-64")
def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "THIRD_PARTY.md").read_text() == third_party.page(), "run `make third-party`"


def test_every_package_that_is_asked_for_is_among_those_that_are_pinned() -> None:
    assert {each.name.lower() for each in requirements("requirements.in")} <= set(packages())


def test_whose_a_library_is_the_longest_name_decides() -> None:
    assert third_party._work("libcrypt", "a wheel").name == "libxcrypt"
    assert third_party._work("libcrypto", "a wheel").name == "OpenSSL"
    with pytest.raises(LookupError, match="carries libnew"):
        third_party._work("libnew", "a wheel")


def test_every_model_and_package_is_in_the_bill_of_materials() -> None:
    from cyclonedx.schema import SchemaVersion  # which takes longer than all that this file asks
    from cyclonedx.validation.json import JsonStrictValidator

    bill = sbom.completed(_packages())
    assert bill["metadata"]["component"]["version"] == VERSION
    models = {each["name"] for each in bill["components"] if each["type"] == "machine-learning-model"}
    assert models == {model.name for model in weights.MODELS}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    assert {each["ref"] for each in bill["dependencies"]} >= {each["bom-ref"] for each in bill["components"]}


def _packages() -> dict[str, Any]:
    """A bill of the packages alone, as `cyclonedx-py environment` makes it."""
    components = [
        {
            "type": "library",
            "bom-ref": name,
            "name": name,
            "version": package.version,
            "licenses": [{"expression": licence(package)}],
        }
        for name, package in packages().items()
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {},
        "components": components,
        "dependencies": [{"ref": each["bom-ref"]} for each in components],
    }
