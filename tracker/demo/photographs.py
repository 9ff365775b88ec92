"""Pictures of building sites that stand for photographs: drawn here, of no real place."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageDraw

SIZE = (960, 720)
_SKIES = ((150, 190, 225), (190, 200, 205), (120, 170, 215))
_GROUNDS = ((150, 115, 80), (130, 120, 95), (165, 130, 90))


def drawn(number: int) -> IO[bytes]:
    """Return the picture of a number as a JPEG file, the same every time."""
    image = Image.new("RGB", SIZE, _SKIES[number % len(_SKIES)])
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    horizon = height * 55 // 100 + number * 7 % 40
    draw.rectangle((0, horizon, width, height), fill=_GROUNDS[number % len(_GROUNDS)])
    draw.polygon(
        ((width * 45 // 100, horizon), (width * 55 // 100, horizon), (width * 85 // 100, height),
         (width * 10 // 100, height)),
        fill=(120, 120, 122),
    )  # fmt: skip
    for column in range(3 + number % 3):
        left = 80 + column * 150
        top = horizon - 90 - (column * 53 + number * 31) % 120
        draw.rectangle((left, top, left + 100, horizon), fill=(200, 195, 185), outline=(90, 90, 90))
        for floor in range(top + 15, horizon - 10, 35):
            draw.rectangle((left + 15, floor, left + 85, floor + 14), fill=(110, 125, 140))
    _machine(draw, 560 + number * 37 % 200, horizon + 60)
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    file.seek(0)
    return file


def _machine(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """Draw a digger: body, arm, tracks."""
    draw.rectangle((x, y, x + 130, y + 60), fill=(225, 165, 30), outline=(80, 60, 10), width=3)
    draw.rectangle((x + 15, y - 45, x + 70, y), fill=(225, 165, 30), outline=(80, 60, 10), width=3)
    draw.line((x + 130, y + 10, x + 190, y - 60, x + 235, y + 20), fill=(200, 145, 20), width=14)
    draw.rounded_rectangle((x - 10, y + 60, x + 140, y + 90), 14, fill=(50, 50, 52))
