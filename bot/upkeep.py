"""The commands of whoever runs the bot: is it well, and what is it to be allowed."""

from __future__ import annotations

import argparse
import dataclasses

from bot import doctor as examination
from bot import iam, printing
from bot.settings import Settings


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Examine everything; 1 when something is to be mended."""
    findings = examination.examine(settings)
    if options.json:
        printing.as_json({"checks": [dataclasses.asdict(finding) for finding in findings]})
    else:
        printing.findings(findings)
    return 0 if all(finding.well for finding in findings) else 1


def iam_policy(settings: Settings, options: argparse.Namespace) -> int:
    """Print the least policy, for the collection and the bucket of these settings."""
    printing.as_json(
        iam.policy(
            settings.collection,
            bucket=settings.photos_bucket,
            imports=options.imports,
            region=settings.aws_region or "*",
            account=options.account,
        )
    )
    return 0
