"""Annotated pictures: who is in a photo, drawn on it; and how a similarity is written."""

from services.pictures.drawing import annotate, beside
from services.pictures.drawing.annotate import Label
from services.pictures.drawing.beside import Panel
from services.pictures.drawing.percentages import exact, likelihood, percent

__all__ = [
    "Label",
    "Panel",
    "annotate",
    "beside",
    "exact",
    "likelihood",
    "percent",
]
