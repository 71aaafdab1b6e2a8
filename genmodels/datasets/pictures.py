"""Pictures to segment: two that come with scikit-learn, or a reader's own file.

An uploaded file is read in three steps, so that a small file can't ask for much memory: its bytes
are counted, its header is read for kind and size, and only then its pixels are decoded.
"""

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from genmodels.datasets.source import Source

Pixels = NDArray[np.uint8]
T = TypeVar("T")

SAMPLES = ("china", "flower")
OWN = "your own"
SIDE = 320
"""Pixels of the longer side of every picture on the stage."""
LEAST = 16
"""Pixels of the shorter side, as uploaded and as shown."""
MAX_BYTES = 5_000_000
MAX_PIXELS = 30_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
SUFFIXES = ("png", "jpg", "jpeg", "webp", "gif", "bmp")

_PHOTOGRAPHERS = {
    "china": ("A temple in China", "danielbuechele, flickr.com/photos/danielbuechele"),
    "flower": ("A flower", "vultilion, flickr.com/photos/vultilion"),
}


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of the stage's size: pixels (H, W, 3) sRGB bytes, read only.

    `key` names it, other pixels by another text; `notes` say in words what was changed on the way.
    """

    key: str
    pixels: Pixels
    source: Source
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise ValueError(
                "pixels must be bytes of shape (H, W, 3); got "
                f"{self.pixels.dtype} of shape {self.pixels.shape}"
            )
        self.pixels.setflags(write=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def colours(self) -> NDArray[np.float64]:
        """Every pixel's red, green and blue in [0, 1], (H W, 3), row by row."""
        return self.pixels.reshape(-1, 3) / 255


@lru_cache(maxsize=len(SAMPLES))
def load(name: str) -> Picture:
    """One of `SAMPLES`, 320 x 213. Raises ValueError for another name."""
    if name not in SAMPLES:
        raise ValueError(f"name must be one of {', '.join(SAMPLES)}; got {name!r}")
    file = resources.files("sklearn.datasets.images") / f"{name}.jpg"
    with file.open("rb") as stream, Image.open(stream) as image:
        was = image.size
        pixels = np.array(_fitted(image.convert("RGB")))
    title, by = _PHOTOGRAPHERS[name]
    height, width, _ = pixels.shape
    return Picture(
        name,
        pixels,
        Source(
            title=title,
            citation=f"Photograph by {by}; {name}.jpg of scikit-learn, scaled from "
            f"{was[0]} x {was[1]}",
            licence="CC BY 2.0, creativecommons.org/licenses/by/2.0",
            size=f"{width} x {height} = {width * height:,} pixels",
        ),
    )


# -- a reader's own ------------------------------------------------------------------------------


def read(data: bytes, name: str = "") -> Picture:
    """An uploaded file as a picture. Raises ValueError, in words, for what can't be one."""
    if not data:
        raise ValueError("The file must hold a picture; it is empty.")
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"The file must be at most {MAX_BYTES / 1e6:.0f} MB; it has {len(data) / 1e6:.1f} MB."
        )
    with warnings.catch_warnings():
        # Pillow warns of large pictures and odd headers; the checks below speak for themselves.
        warnings.simplefilter("ignore")
        image, kind, was = _opened(data)
        with image:
            notes = [] if max(was) <= SIDE else [f"scaled down from {was[0]} x {was[1]} pixels"]
            if _in_words(lambda: bool(getattr(image, "is_animated", False))):
                notes.append("its first frame of several")
            image.seek(0)
            rgb, told = _in_words(lambda: _rgb(image))
    pixels = np.array(rgb)
    height, width, _ = pixels.shape
    return Picture(
        "own-" + hashlib.sha256(f"{width} ".encode() + pixels.tobytes()).hexdigest()[:16],
        pixels,
        Source(
            title="Your picture",
            citation=" ".join(name.split())[:60] or "a file without a name",
            licence="yours; kept in the server’s memory only",
            size=f"{kind}, {width} x {height} = {width * height:,} pixels",
        ),
        (*notes, *told),
    )


def _opened(data: bytes) -> tuple[Image.Image, str, tuple[int, int]]:
    """The picture with only its header read, its kind and its size, all within the limits."""
    allowed = f"one of {', '.join(FORMATS)}"
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise ValueError(f"The file must be a picture, {allowed}; it is none of them.") from None
    except Image.DecompressionBombError:
        raise ValueError(
            f"The picture must have at most {MAX_PIXELS:,} pixels; it has far more."
        ) from None
    except Exception as error:
        raise ValueError(_damaged(error)) from None
    width, height = image.size
    kind = str(image.format)
    if width * height > MAX_PIXELS:
        wrong = f"have at most {MAX_PIXELS:,} pixels; it has {width:,} x {height:,}"
    elif min(width, height) < LEAST:
        wrong = f"be at least {LEAST} pixels wide and high; it is {width} x {height}"
    elif max(width, height) / min(width, height) > SIDE / LEAST:
        wrong = (
            f"be at most {SIDE // LEAST} times as long as it is wide; it is {width:,} x {height:,}"
        )
    else:
        return image, kind, (width, height)
    image.close()
    raise ValueError(f"The picture must {wrong}.")


def _in_words(call: Callable[[], T]) -> T:
    """What `call` gives; any of the decoders' many errors as a ValueError in words."""
    try:
        return call()
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError(_damaged(error)) from None


def _damaged(error: Exception) -> str:
    said = " ".join(str(error).split())[:80]
    if "truncated" in said or isinstance(error, EOFError):
        return "The picture must be whole; the file breaks off before its end."
    return f"The picture must be readable; its data are damaged ({said or type(error).__name__})."


def _rgb(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """The decoded picture upright, small, in red, green and blue, and what was done to it."""
    told = []
    if image.format == "JPEG":
        # A JPEG decodes to an eighth of its size in an eighth of the time and memory.
        image.draft(None, (2 * SIDE, 2 * SIDE))
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.getexif().get(0x0112, 1) != image.getexif().get(0x0112, 1):
        told.append("turned upright as its camera says")
    if upright.mode.startswith("I") or upright.mode == "F":
        told.append("16 bits a pixel cut to 8")
        return _fitted(_eight_bits(upright).convert("RGB")), told
    if upright.mode == "CMYK":
        told.append("CMYK turned to RGB without its colour profile")
    if upright.has_transparency_data:
        upright = _fitted(upright.convert("RGBA"))
        if upright.getchannel("A").getextrema()[0] != 255:
            told.append("what is transparent shown on white")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    elif upright.mode in ("L", "1"):
        told.append("grey: red, green and blue are the same number")
    return _fitted(upright.convert("RGB")), told


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float64)
    return Image.fromarray(np.clip(np.rint(values / 257), 0, 255).astype(np.uint8))


def _fitted(image: Image.Image) -> Image.Image:
    """Scaled down so that its longer side has 320 pixels; smaller ones stay as they are."""
    longer = max(image.size)
    if longer <= SIDE:
        return image
    width, height = (max(LEAST, int(side * SIDE / longer)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
