"""Picture files."""

from typing import Any, List, NamedTuple, Optional

import numpy as np
from numpy.typing import NDArray

from ._aligning import Rig
from ._arguments import Path, count, path_bytes


class Pair(NamedTuple):
    """The two pictures of a pair, as they were read."""

    ir: NDArray[Any]  #: HxW or HxWx3; uint8, uint16 (counts) or float32.
    visible: NDArray[Any]  #: HxW or HxWx3; not always of the same size.
    rig: Optional[Rig]  #: How they lie on each other, where one file holds both and says it.
    remarks: List[str]  #: What was odd in a file that could be read all the same.
    thermometer: Any  #: For celsius and counts; None where the file says nothing of temperatures.
    #: HxW, opacity of the visible picture, 0 is transparent; None where it has none.
    alpha: Optional[NDArray[Any]] = None

    def celsius(self) -> NDArray[np.float64]:
        """The infrared picture in degrees Celsius; NaN below what any temperature gives. Raises
        ValueError where the file does not say how counts become temperatures."""
        return np.asarray(self._law().celsius(self.ir))

    def counts(self, celsius: float) -> float:
        """The counts of an object of that temperature: ir_range=(pair.counts(20), pair.counts(40))."""
        return float(self._law().counts(celsius))

    def _law(self) -> Any:
        if self.thermometer is None:
            raise ValueError("the file does not say which counts are which temperature")
        return self.thermometer


def read_pair(
    path: Path,
    visible: Optional[Path] = None,
    *,
    shown: bool = False,
    page: Optional[int] = None,
    max_pixels: int = 1 << 28,
    force: bool = False,
) -> Pair:
    """Reads the two pictures of a pair.

    path: the infrared picture: PNG, JPEG, BMP, TIFF, WebP, Netpbm, or the file of a thermal camera
        (radiometric JPEG, .fff, .seq, .csq, .irg), of which the sensor's counts are taken. Where it
        holds the visible picture, too, it is enough alone.
    visible: the visible picture.
    shown: of a thermal camera's file the picture for people instead of the counts.
    page: of a TIFF of several pages or a sequence of a camera, from 0.
    max_pixels: larger pictures are refused by their headers.
    force: take the pictures as they are: no look at whether they are the wrong way round, or an
        infrared picture in colours that do not grow brighter with heat.

    The two are not always of one size; pair.rig, or align, brings them onto each other.

    Raises OSError (no such file), ValueError (two pictures that are no pair, no such page),
    seafusion.Error (a broken file, a format that is not read, too many pixels).
    """
    from . import _imaging

    infrared = path_bytes(path, "path")
    values = _imaging.read_pair(
        infrared,
        infrared if visible is None else path_bytes(visible, "visible"),
        bool(shown),
        None if page is None else count(page, "page"),
        max_pixels if max_pixels >= 2**31 else count(max_pixels, "max_pixels"),
        bool(force),
    )
    rig = values["rig"]
    return Pair(
        values["ir"],
        values["visible"],
        None if rig is None else Rig(rig),
        values["remarks"],
        values["thermometer"],
        values["alpha"],
    )


def write_picture(
    path: Path,
    picture: NDArray[Any],
    *,
    alpha: Optional[NDArray[Any]] = None,
    overwrite: bool = False,
) -> None:
    """Writes a picture whole or not at all.

    path: .png, .tif or .tiff (uint8 and uint16), .jpg, .jpeg, .bmp or .webp (uint8).
    picture: HxW or HxWx3.
    alpha: HxW, uint8 or uint16: its opacity, as pair.alpha; for .png, .tif and .webp.

    Raises FileExistsError, OSError, ValueError (dtypes and names that do not go together).
    """
    from . import _imaging

    _imaging.write_picture(path_bytes(path, "path"), picture, alpha, bool(overwrite))
