"""What goes into an operation and what comes out of it."""

from __future__ import annotations

from typing import Any

Params = dict[str, Any]
"""The parameters of an operation or its answer, as boto3 has them: blobs are bytes, timestamps are datetimes."""
