"""Files as people and attackers send them, made when they are needed."""

import io
import struct
import zipfile
import zlib

from fpdf import FPDF
from PIL import Image

ALMATY = {1: "N", 2: (43.0, 14.0, 0.0), 3: "E", 4: (76.0, 53.0, 0.0)}


def picture(format_: str = "JPEG", size: tuple[int, int] = (64, 48), color: str = "green", **options: object) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, format_, **options)
    return out.getvalue()


def photo_with_place(orientation: int = 6) -> bytes:
    """A JPEG as a phone makes it: lying on its side, with the place and the camera's name in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone of Aigul"
    exif.get_ifd(0x8825).update(ALMATY)
    return picture(exif=exif, comment=b"taken at home")


def photo_with_gain_map() -> bytes:
    """A photo with a second, smaller picture behind it (CIPA DC-007), lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    second = Image.new("RGB", (32, 24), "gray")
    Image.new("RGB", (64, 48), "green").save(out, "MPO", save_all=True, append_images=[second], exif=exif)
    return out.getvalue()


def transparent_png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 255, 0, 0)).save(out, "PNG")
    return out.getvalue()


def animation(frames: int = 3, side: int = 20, format_: str = "GIF") -> bytes:
    """A GIF that moves, or a PNG."""
    out = io.BytesIO()
    images = [Image.new("RGB", (side, side), (n * 30, 0, 0)) for n in range(frames)]
    images[0].save(out, format_, save_all=True, append_images=images[1:], duration=50, comment=b"secret")
    return out.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that claims to be `side` by `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(*, password: str | None = None, page: tuple[float, float] = (210, 297)) -> bytes:
    """A PDF of one page; sizes in millimetres."""
    document = FPDF(format=page)
    if password is not None:
        document.set_encryption(owner_password=password, user_password=password)
    document.add_page()
    document.set_font("Helvetica", size=40)
    document.cell(text="Fractions")
    return bytes(document.output())


def office(*names: str) -> bytes:
    """A zip, as Word and LibreOffice write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names or ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, "<xml/>")
    return out.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> "Upload":
    return Upload(name, io.BytesIO(content))


class Upload:
    """A file on its way in, read in pieces."""

    def __init__(self, filename: str | None, content: io.BytesIO) -> None:
        self.filename = filename
        self._content = content

    async def read(self, size: int = -1) -> bytes:
        return self._content.read(size)
