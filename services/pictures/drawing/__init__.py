"""Annotated pictures: who is in a photo, drawn on it; photos on one sheet; and how a similarity is written."""

from services.pictures.drawing import annotate, beside
from services.pictures.drawing.annotate import Label
from services.pictures.drawing.beside import Panel
from services.pictures.drawing.percentages import exact, likelihood, percent
from services.pictures.drawing.sheet import MOST as MOST_ON_A_SHEET
from services.pictures.drawing.sheet import Cell, contact_sheet

__all__ = [
    "MOST_ON_A_SHEET",
    "Cell",
    "Label",
    "Panel",
    "annotate",
    "beside",
    "contact_sheet",
    "exact",
    "likelihood",
    "percent",
]
