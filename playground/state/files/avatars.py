"""Draws the members' avatars: initials on their colour, for pages as SVG and for apps as PNG."""

import io
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from playground.state.workspace import User

if TYPE_CHECKING:
    from PIL import Image


def initials(user: User) -> str:
    """One or two capitals."""
    words = user.real_name.split()
    return "".join(word[0] for word in (words[0], words[-1])).upper() if len(words) > 1 else user.real_name[:1].upper()


def svg(user: User) -> str:
    """A square drawing; an app's is a little robot."""
    inside = (
        '<rect x="22" y="34" width="56" height="40" rx="10" fill="#fff"/>'
        '<path d="M50 34V22" stroke="#fff" stroke-width="5"/>'
        f'<circle cx="50" cy="19" r="6" fill="#fff"/><circle cx="39" cy="54" r="6" fill="#{user.color}"/>'
        f'<circle cx="61" cy="54" r="6" fill="#{user.color}"/>'
        if user.is_bot
        else '<text x="50" y="52" fill="#fff" font-family="Lato, Helvetica, Arial, sans-serif" font-size="40" '
        f'font-weight="700" text-anchor="middle" dominant-baseline="central">{escape(initials(user))}</text>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        f'<rect width="100" height="100" fill="#{user.color}"/>{inside}</svg>'
    )


def png(user: User, side: int) -> bytes:
    """A picture of `side` pixels: the photo on the profile, else the same with the letters Pillow has with it."""
    image = _photo(user.photo, side) if user.photo is not None else _letters(user, side)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _photo(path: Path, side: int) -> "Image.Image":
    from PIL import Image, ImageOps  # nobody is looked at while the playground starts

    from playground.state.files import pictures

    pictures.allow_heif()
    with Image.open(path) as photo:
        return ImageOps.fit(ImageOps.exif_transpose(photo).convert("RGB"), (side, side))


def _letters(user: User, side: int) -> "Image.Image":
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (side, side), f"#{user.color}")
    font = ImageFont.load_default(size=side * 0.42)
    ImageDraw.Draw(image).text((side / 2, side / 2), initials(user), fill="white", font=font, anchor="mm")
    return image
