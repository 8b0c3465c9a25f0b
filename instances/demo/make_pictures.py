"""Diagrams of the materials and portraits of the teachers, drawn at twice their size and scaled down."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from instances.demo.paper import FILES, FONTS

Point = tuple[float, float]
Colour = str
SCALE = 2
INK = "#22303c"


class Canvas:
    """A picture under the pen: every measure is in pixels of the finished picture."""

    def __init__(self, width: int, height: int, background: Colour = "#ffffff") -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self.pen = ImageDraw.Draw(self.image)

    def done(self) -> Image.Image:
        """The finished picture."""
        return self.image.resize(self.size, Image.Resampling.LANCZOS)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Colour | None,
        line: Colour | None = None,
        round_by: float = 0,
    ) -> None:
        """A rectangle, rounded by ``round_by``."""
        corners = (x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE)
        self.pen.rounded_rectangle(corners, round_by * SCALE, fill, line, 2 * SCALE if line else 0)

    def disc(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        fill: Colour | None,
        line: Colour | None = None,
        width: float = 2,
    ) -> None:
        """An ellipse around (x, y)."""
        corners = ((x - across) * SCALE, (y - down) * SCALE, (x + across) * SCALE, (y + down) * SCALE)
        self.pen.ellipse(corners, fill, line, int(width * SCALE) if line else 0)

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled polygon."""
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)

    def line(self, points: Sequence[Point], colour: Colour = INK, width: float = 2) -> None:
        """A line through ``points``."""
        self.pen.line([(x * SCALE, y * SCALE) for x, y in points], colour, int(width * SCALE), joint="curve")

    def arc(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        start: float,
        end: float,
        colour: Colour,
        width: float,
    ) -> None:
        """A part of an ellipse, from ``start`` to ``end`` degrees clockwise from three o'clock."""
        corners = ((x - across) * SCALE, (y - down) * SCALE, (x + across) * SCALE, (y + down) * SCALE)
        self.pen.arc(corners, start, end, colour, int(width * SCALE))

    def chord(self, x: float, y: float, across: float, down: float, start: float, end: float, fill: Colour) -> None:
        """A filled segment of an ellipse, cut off by the chord from ``start`` to ``end`` degrees."""
        corners = ((x - across) * SCALE, (y - down) * SCALE, (x + across) * SCALE, (y + down) * SCALE)
        self.pen.chord(corners, start, end, fill)

    def arrow(self, points: Sequence[Point], colour: Colour, width: float = 5) -> None:
        """A line through ``points`` with a head at its end."""
        (before_x, before_y), (x, y) = points[-2:]
        angle = math.atan2(y - before_y, x - before_x)
        head = [
            (x + 4 * width * math.cos(angle + turn), y + 4 * width * math.sin(angle + turn)) for turn in (2.6, -2.6)
        ]
        base = ((head[0][0] + head[1][0]) / 2, (head[0][1] + head[1][1]) / 2)
        self.line([*points[:-1], base], colour, width)
        self.shape([(x, y), *head], colour)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: Colour = INK,
        bold: bool = False,
        anchor: str = "mm",
    ) -> None:
        """Text at (x, y): by default its middle, as Pillow's ``anchor`` says."""
        font = ImageFont.truetype(str(FONTS / FILES["sans", "B" if bold else ""]), size * SCALE)
        self.pen.text((x * SCALE, y * SCALE), text, colour, font, anchor, align="center")


def fraction_bars() -> Image.Image:
    """One half and one third, each cut into sixths: how a common denominator comes about."""
    canvas = Canvas(1100, 640)
    rows = (
        (60, 2, 1, "1/2", "#2f6fb0"),
        (170, 3, 1, "1/3", "#f2b632"),
        (320, 6, 3, "3/6", "#2f6fb0"),
        (430, 6, 2, "2/6", "#f2b632"),
    )
    for y, parts, taken, name, colour in rows:
        _bar(canvas, 170, y, 860, 80, parts, [colour] * taken)
        canvas.text(95, y + 40, name, 34, INK, bold=True)
    canvas.arrow([(600, 258), (600, 306)], "#6c7a86", 6)
    _bar(canvas, 170, 540, 860, 80, 6, ["#2f6fb0"] * 3 + ["#f2b632"] * 2)
    canvas.text(95, 580, "5/6", 34, INK, bold=True)
    return canvas.done()


def fraction_task() -> Image.Image:
    """Three bars for pupils: which part is painted?"""
    canvas = Canvas(1100, 310)
    for number, (y, parts, taken) in enumerate(((20, 8, 3), (120, 12, 5), (220, 10, 7)), 1):
        canvas.text(60, y + 38, f"{number})", 34, INK, bold=True)
        _bar(canvas, 120, y, 780, 76, parts, ["#7fb3de"] * taken)
        canvas.line([(940, y + 38), (1060, y + 38)], INK, 3)
    return canvas.done()


def _bar(canvas: Canvas, x: float, y: float, width: float, height: float, parts: int, fills: Sequence[Colour]) -> None:
    step = width / parts
    for part in range(parts):
        fill = fills[part] if part < len(fills) else "#f4f6f8"
        canvas.box(x + part * step, y, step, height, fill, INK)


def water_cycle() -> Image.Image:
    """Evaporation, condensation, precipitation, run-off and groundwater over a steppe lake."""
    canvas = Canvas(1200, 760, "#dff0fa")
    _mountains(canvas)
    _ground(canvas)
    canvas.disc(1080, 110, 60, 60, "#ffc93c")
    _cloud(canvas, 300, 150)
    _cloud(canvas, 720, 120)
    for x in range(190, 430, 40):
        canvas.line([(x, 235), (x - 14, 285)], "#2f6fb0", 4)
    for x in (860, 940, 1020):
        canvas.arrow([(x, 500), (x, 330)], "#e0662f", 7)
    canvas.arrow([(570, 150), (455, 150)], "#5b6b79", 6)
    canvas.arrow([(330, 455), (450, 505), (600, 525)], "#1f5f99", 7)
    canvas.arrow([(130, 520), (130, 612)], "#1f5f99", 6)
    canvas.arrow([(200, 672), (400, 712), (640, 728)], "#ffffff", 6)
    _water_labels(canvas)
    return canvas.done()


def _mountains(canvas: Canvas) -> None:
    canvas.shape([(-40, 560), (170, 300), (330, 520), (420, 560)], "#7d8f9b")
    canvas.shape([(170, 300), (128, 352), (160, 345), (180, 362), (204, 346)], "#ffffff")
    canvas.shape([(200, 560), (390, 380), (560, 560)], "#93a4ae")


def _ground(canvas: Canvas) -> None:
    canvas.shape([(0, 480), (420, 500), (620, 540), (1200, 540), (1200, 760), (0, 760)], "#b9a06b")
    canvas.shape([(0, 470), (260, 470), (430, 495), (620, 535), (620, 555), (400, 530), (0, 510)], "#8fb35c")
    canvas.shape([(600, 530), (1200, 530), (1200, 660), (720, 650)], "#4a9ad4")
    canvas.shape([(0, 610), (300, 660), (700, 700), (1200, 700), (1200, 760), (0, 760)], "#6f8fa8")


def _cloud(canvas: Canvas, x: float, y: float) -> None:
    for across, down, wide in ((-80, 20, 60), (-25, -15, 70), (45, -5, 66), (95, 25, 50)):
        canvas.disc(x + across, y + down, wide, wide * 0.8, "#ffffff")
    canvas.box(x - 130, y + 20, 270, 55, "#ffffff", round_by=27)


def _water_labels(canvas: Canvas) -> None:
    labels = (
        (300, 160, "condensation", INK),
        (720, 130, "clouds", INK),
        (512, 190, "wind", INK),
        (320, 320, "precipitation", "#1f4f80"),
        (1100, 420, "evaporation", "#a8431a"),
        (590, 478, "run-off", "#1f4f80"),
        (290, 570, "sinks into the ground", "#1f3f60"),
        (900, 590, "lake", "#ffffff"),
        (860, 728, "groundwater", "#ffffff"),
        (1080, 195, "the Sun: energy", "#8a6200"),
    )
    for x, y, text, colour in labels:
        canvas.text(x, y, text, 27, colour, bold=True)


def circuit() -> Image.Image:
    """A resistor with an ammeter in series and a voltmeter across it."""
    canvas = Canvas(1000, 620)
    canvas.line([(400, 110), (140, 110), (140, 440), (330, 440)], INK, 4)
    canvas.line([(430, 110), (560, 110)], INK, 4)
    canvas.line([(640, 110), (860, 110), (860, 440), (760, 440)], INK, 4)
    canvas.line([(440, 440), (540, 440)], INK, 4)
    _battery_and_key(canvas)
    _meter(canvas, 385, 440, "A")
    canvas.box(540, 410, 220, 60, "#ffffff", INK)
    canvas.line([(510, 440), (510, 560), (595, 560)], INK, 4)
    canvas.line([(705, 560), (800, 560), (800, 440)], INK, 4)
    _meter(canvas, 650, 560, "V")
    for x in (510, 800):
        canvas.disc(x, 440, 7, 7, INK)
    for x, y, text in ((650, 378, "R"), (415, 45, "U"), (600, 160, "K")):
        canvas.text(x, y, text, 36, INK, bold=True)
    return canvas.done()


def _battery_and_key(canvas: Canvas) -> None:
    canvas.line([(400, 70), (400, 150)], INK, 4)
    canvas.line([(430, 90), (430, 130)], INK, 9)
    canvas.text(375, 70, "+", 32)
    canvas.text(455, 70, "−", 32)
    canvas.line([(560, 110), (632, 72)], INK, 4)
    for x in (560, 640):
        canvas.disc(x, 110, 7, 7, INK)


def _meter(canvas: Canvas, x: float, y: float, letter: str) -> None:
    canvas.disc(x, y, 55, 55, "#ffffff", INK, 4)
    canvas.text(x, y, letter, 44, INK, bold=True)


TOWNS = (  # name, place, where its label stands from there, and the label's anchor
    ("Сығанақ", (240, 190), (22, -8), "lm"),
    ("Түркістан (Ясы)", (325, 265), (22, -8), "lm"),
    ("Отырар", (400, 345), (10, -32), "lm"),
    ("Исфиджаб (Сайрам)", (530, 385), (18, 32), "lm"),
    ("Тараз", (690, 345), (0, -32), "mm"),
    ("Құлан", (800, 330), (0, -32), "mm"),
    ("Талхиз (Талғар)", (910, 375), (0, 34), "mm"),
    ("Алмалық", (1010, 250), (-20, -16), "rm"),
)


def silk_road() -> Image.Image:
    """A scheme, not a map to scale: towns of the Silk Road in the south of Kazakhstan and its neighbours."""
    canvas = Canvas(1200, 640, "#f6ecd6")
    canvas.shape([(600, 560), (760, 500), (1000, 520), (1200, 470), (1200, 640), (560, 640)], "#e5d3ad")
    river = [(440, 640), (415, 540), (365, 440), (320, 385), (230, 315), (130, 245), (40, 175)]
    canvas.line(river, "#5d9cc4", 9)
    canvas.text(150, 320, "Сырдария", 24, "#33708f")
    canvas.text(930, 570, "Тянь-Шань таулары", 26, "#7d6a3c")
    canvas.line([(400, 345), (530, 385), (690, 345), (800, 330), (910, 375), (1010, 250)], "#a0522d", 5)
    canvas.line([(240, 190), (325, 265), (400, 345)], "#a0522d", 5)
    canvas.arrow([(1010, 250), (1150, 205)], "#a0522d", 5)
    canvas.arrow([(530, 385), (490, 490), (330, 590)], "#a0522d", 5)
    canvas.arrow([(240, 190), (150, 120), (60, 60)], "#a0522d", 5)
    for name, (x, y), (right, down), anchor in TOWNS:
        canvas.disc(x, y, 11, 11, "#7a2e12", "#ffffff", 3)
        canvas.text(x + right, y + down, name, 25, INK, bold=True, anchor=anchor)
    for x, y, text in ((1120, 165, "Қытайға"), (240, 590, "Самарқанға"), (170, 60, "Еділге")):
        canvas.text(x, y, text, 24, "#7a2e12", bold=True)
    return canvas.done()


def letters() -> Image.Image:
    """The nine letters of Kazakh that Russian has not, on felt-like tiles."""
    canvas = Canvas(1080, 300, "#ffffff")
    colours = (
        "#008c95",
        "#e0a526",
        "#b5473c",
        "#3f7d4e",
        "#5a5fa8",
        "#c2703d",
        "#2f7fb5",
        "#8c4f8f",
        "#4d6a73",
    )
    for place, (letter, colour) in enumerate(zip("ӘҒҚҢӨҰҮҺІ", colours, strict=True)):
        x = 18 + place * 117
        canvas.box(x, 40, 108, 220, colour, round_by=18)
        canvas.text(x + 54, 120, letter, 78, "#ffffff", bold=True)
        canvas.text(x + 54, 210, letter.lower(), 60, "#ffffff")
    return canvas.done()


@dataclass(frozen=True, slots=True)
class Face:
    """How a portrait looks; ``hair`` is one of the keys of ``HAIR``."""

    ground: Colour
    skin: Colour
    hair_colour: Colour
    clothes: Colour
    hair: str
    glasses: bool = False


FACES = {
    "saule": Face("#cfe3dc", "#f0cba6", "#2d2320", "#008c95", "bun"),
    "dana": Face("#f6e2c4", "#f3d0ad", "#3b2a20", "#c2703d", "long", glasses=True),
    "timur": Face("#d6dcf0", "#e8bf98", "#241d1b", "#3d4f8a", "short", glasses=True),
    "elena": Face("#dfe8c8", "#f7dcc0", "#a4672e", "#46753f", "bob"),
    "aigul": Face("#f2d3d3", "#efc8a2", "#2b211d", "#a23e4c", "long"),
    "viktor": Face("#d2e1ec", "#f3d4b6", "#8a8f94", "#4a5a68", "beard", glasses=True),
    "olga": Face("#ecdff0", "#f8dec6", "#c99a4b", "#6f4a86", "bun"),
    "marat": Face("#e3e0cf", "#dcae84", "#1f1a18", "#6b5b34", "beard"),
    "nurlan": Face("#cfe0f2", "#e6bb92", "#231c1a", "#255c99", "short"),
    "gulmira": Face("#f4dfc9", "#eec59e", "#33241e", "#8f5420", "scarf"),
    "bekzat": Face("#d3ece8", "#e2b58b", "#1d1816", "#1c6e78", "curls"),
    "aliya": Face("#f0d8e4", "#f2cfae", "#5a3825", "#3a4a8c", "bob"),
}


def portrait(username: str) -> Image.Image:
    """A teacher's face in plain shapes, 400 pixels square."""
    face = FACES[username]
    canvas = Canvas(400, 400, face.ground)
    _behind(canvas, face)
    canvas.disc(200, 420, 150, 120, face.clothes)
    canvas.box(172, 250, 56, 75, face.skin, round_by=24)
    for x in (119, 281):
        canvas.disc(x, 205, 14, 20, face.skin)
    canvas.disc(200, 195, 82, 98, face.skin)
    _in_front(canvas, face)
    _features(canvas, face)
    return canvas.done()


def _behind(canvas: Canvas, face: Face) -> None:
    """Hair, or a scarf, that falls behind the head."""
    if face.hair == "long":
        canvas.box(96, 110, 208, 250, face.hair_colour, round_by=95)
    elif face.hair == "bob":
        canvas.box(98, 100, 204, 175, face.hair_colour, round_by=85)
    elif face.hair == "bun":
        canvas.disc(200, 72, 46, 42, face.hair_colour)
        canvas.disc(200, 180, 98, 105, face.hair_colour)
    elif face.hair == "scarf":
        canvas.box(92, 78, 216, 250, "#b5473c", round_by=105)


def _in_front(canvas: Canvas, face: Face) -> None:
    """The fringe, the curls, the beard, or the edge of the scarf."""
    if face.hair == "scarf":
        canvas.arc(200, 195, 96, 112, 125, 415, "#b5473c", 30)
        canvas.arc(200, 195, 90, 106, 130, 410, "#e0a526", 8)
    elif face.hair == "curls":
        for x, y in ((126, 150), (142, 118), (172, 100), (205, 95), (236, 104), (260, 124), (274, 152)):
            canvas.disc(x, y, 24, 24, face.hair_colour)
    elif face.hair in ("short", "beard"):
        canvas.chord(200, 188, 84, 106, 208, 350, face.hair_colour)
        canvas.chord(200, 188, 84, 106, 190, 300, face.hair_colour)
    else:
        canvas.chord(200, 188, 92, 106, 196, 344, face.hair_colour)
    if face.hair == "beard":
        canvas.chord(200, 200, 82, 95, 20, 160, face.hair_colour)


def _features(canvas: Canvas, face: Face) -> None:
    brow = "#5c4a3d" if face.hair == "scarf" else face.hair_colour
    for x in (168, 232):
        canvas.disc(x, 198, 8, 9, "#2b2b2b")
        canvas.arc(x, 174 if face.glasses else 182, 18, 12, 205, 335, brow, 5)
        if face.glasses:
            canvas.disc(x, 198, 25, 23, None, "#30373d", 4)
    if face.glasses:
        canvas.line([(193, 196), (207, 196)], "#30373d", 4)
    canvas.arc(200, 222, 10, 9, 30, 150, "#b98560", 4)
    canvas.arc(200, 238, 30, 22, 25, 155, "#e9b7a5" if face.hair == "beard" else "#a8483f", 6)


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "shymkent.localhost/materials/fractions-lesson/fraction-bars.png": fraction_bars,
    "shymkent.localhost/materials/fractions-worksheet/bars.png": fraction_task,
    "almaty.localhost/materials/water-cycle/water-cycle.png": water_cycle,
    "almaty.localhost/materials/kazakh-letters/letters.png": letters,
    "kostanay.localhost/materials/ohms-law/circuit.png": circuit,
    "shymkent.localhost/materials/silk-road/silk-road.jpg": silk_road,
}
