"""Two cameras that do not look alike."""

import json
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from ._arguments import Path, Range, count, path_bytes, range_text, text
from ._progress import Progress, progress_function

_Frames = Union[NDArray[Any], Sequence[NDArray[Any]]]


class Rig:
    """How two cameras map onto each other: found once, used for every picture after. Immutable.

    Made by align(), read_pair() or Rig.load(); its text is the JSON of a rig file, whose members
    docs/alignment.md describes. Coordinates: pixel centres at integers, x to the right, y down.
    """

    def __init__(self, text: str) -> None:
        """Of the text of a rig file. Raises ValueError, seafusion.Error (text that is none)."""
        from . import _geometry

        if not isinstance(text, str):
            raise ValueError(f"a rig's text is {type(text).__name__}, not str")
        self._text = _geometry.check_rig(text)

    @staticmethod
    def load(path: Path) -> "Rig":
        """Reads a rig file. Raises OSError, seafusion.Error (no rig file, or a later version's)."""
        from . import _geometry

        return Rig(_geometry.read_rig(path_bytes(path, "path")))

    def save(self, path: Path, *, overwrite: bool = False) -> None:
        """Writes the file whole or not at all. Raises FileExistsError, OSError."""
        from . import _geometry

        _geometry.write_rig(path_bytes(path, "path"), self._text, bool(overwrite))

    @property
    def text(self) -> str:
        """The text of its file."""
        return self._text

    @property
    def values(self) -> Dict[str, Any]:
        """The members of its file: sizes, model, map, origin."""
        members: Dict[str, Any] = json.loads(self._text)
        return members

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rig) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Rig, (self._text,)

    def __repr__(self) -> str:
        v = self.values
        sizes = (
            "{}x{}".format(v[camera]["width"], v[camera]["height"])
            for camera in ("infrared", "visible")
        )
        return "<seafusion.Rig of {} infrared and {} visible pictures>".format(*sizes)


class Registration(NamedTuple):
    """What align() found."""

    rig: Optional[Rig]  #: None where `verdict` is "refused".
    verdict: str  #: "ok", "unsure" or "refused": the pictures do not say how the cameras map.
    confidence: float  #: Probability, 0..1, that the mean error of the corners is under 2 %.
    expected_error_px: float  #: Median error of the corners among maps like this, infrared pixels.
    model: str  #: "identity", "similarity", "homography" or "homography+lens".
    frames: int
    evidence: Dict[str, float]  #: What the verdict rests on; docs/alignment.md.


def align(
    ir: _Frames,
    visible: _Frames,
    *,
    model: str = "homography",
    field_ratio: Optional[Tuple[float, float]] = None,
    threads: int = 0,
    seed: int = 1,
    progress: Optional[Callable[[Progress], object]] = None,
) -> Registration:
    """Finds how two cameras map onto each other from what they see.

    ir, visible: what they saw at one moment (HxW or HxWx3, any sizes from 32 pixels a side) or at
        several, up to 64: batches or lists, all of a camera's pictures of one size. More moments
        make it surer.
    model: the freest map that may come out: "identity", "similarity", "homography" or
        "homography+lens", which needs 8 moments.
    field_ratio: least and most width of the visible camera's field of view over the infrared one's,
        each in 0.1..10; None: 0.78 to 1.28 for pictures of about one size, else 0.85 to 2.6.
    threads: 0: one for each processor. The result never depends on it.
    seed: of the random search.
    progress: is called with a Progress now and then.

    Under a second for a pair of 640x480 on one core. Raises ValueError (sizes, too few pictures),
    KeyboardInterrupt, and what `progress` raises.
    """
    from . import _geometry

    values = _geometry.register(
        [ir] if _is_array(ir) else list(ir),
        [visible] if _is_array(visible) else list(visible),
        text(model, "model"),
        count(threads, "threads"),
        count(seed, "seed"),
        None if field_ratio is None else _two_numbers(field_ratio, "field_ratio"),
        progress_function(progress),
    )
    rig = values.pop("rig")
    return Registration(rig=None if rig is None else Rig(rig), **values)


class Warper:
    """Brings the pictures of a rig's two cameras onto one canvas.

        warper = seafusion.Warper(rig)
        fused = seafusion.fuse(*warper(ir, visible))

    canvas: "overlap", the largest upright rectangle that both cameras see; "visible" or "infrared":
        that camera's whole picture.

    Immutable, for any number of threads; the GIL is released. Cameras are named "ir" and "visible".
    Raises ValueError (no canvas of that name, fields of view that hardly meet).
    """

    def __init__(self, rig: Rig, canvas: str = "overlap") -> None:
        from . import _geometry

        if not isinstance(rig, Rig):
            raise ValueError(f"rig is {type(rig).__name__}, not a Rig")
        self._rig, self._canvas = rig, text(canvas, "canvas")
        self._core = _geometry.Warper(rig.text, self._canvas)

    @property
    def rig(self) -> Rig:
        return self._rig

    @property
    def width(self) -> int:
        """Of the canvas, pixels."""
        return self._core.width()

    @property
    def height(self) -> int:
        """Of the canvas, pixels."""
        return self._core.height()

    def __call__(
        self, ir: NDArray[Any], visible: NDArray[Any]
    ) -> Tuple[NDArray[Any], NDArray[Any]]:
        """Both pictures, or batches, on the canvas, in their dtypes. Raises ValueError."""
        return (
            self._core.warp("ir", ir, None, "ir"),
            self._core.warp("visible", visible, None, "visible"),
        )

    def warp(
        self, camera: str, picture: NDArray[Any], out: Optional[NDArray[Any]] = None
    ) -> NDArray[Any]:
        """One camera's picture, or batch, as it delivers them, on the canvas; `out`, of the canvas'
        size and the same dtype and channels, is filled and returned. Averaged where the camera has
        more pixels than the canvas, interpolated where it has fewer. Raises ValueError."""
        return self._core.warp(text(camera, "camera"), picture, out, "picture")

    def warp_labels(
        self,
        camera: str,
        labels: NDArray[np.uint8],
        *,
        outside: int = 255,
        out: Optional[NDArray[np.uint8]] = None,
    ) -> NDArray[np.uint8]:
        """The same for labels (uint8, HxW): the nearest pixel's, `outside` beyond the camera's field."""
        return self._core.warp_labels(text(camera, "camera"), labels, count(outside, "outside"), out)

    def covers(self, camera: str) -> bool:
        """Whether the camera sees all of the canvas."""
        return self._core.covers(text(camera, "camera"))

    def coverage(self, camera: str) -> NDArray[np.uint8]:
        """Where it does: HxW uint8, 255 inside its field, 0 outside, rising over a few pixels."""
        return self._core.coverage(text(camera, "camera"))

    def show_alone(
        self,
        camera: str,
        picture: NDArray[Any],
        fused: NDArray[Any],
        *,
        ir_range: Range = "auto",
        ir_invert: bool = False,
    ) -> None:
        """Puts into `fused`, in place, what only `camera` sees, fading to its `picture` on the
        canvas. uint8 and uint16; a colour picture cannot go into a gray one. Raises ValueError."""
        self._core.show_alone(
            text(camera, "camera"), picture, fused, range_text(ir_range, "ir_range"), bool(ir_invert)
        )

    def to_canvas(self, camera: str, points: Any) -> NDArray[np.float64]:
        """Points (Nx2: x, y) of a camera's pictures on the canvas; NaN where there is nothing."""
        return self._core.map(text(camera, "camera"), np.asarray(points), True)

    def from_canvas(self, camera: str, points: Any) -> NDArray[np.float64]:
        """And back."""
        return self._core.map(text(camera, "camera"), np.asarray(points), False)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Warper, (self._rig, self._canvas)

    def __repr__(self) -> str:
        return f"<seafusion.Warper onto {self.width}x{self.height}, {self._canvas}>"


def _is_array(frames: object) -> bool:
    return not isinstance(frames, (list, tuple))


def _two_numbers(value: Tuple[float, float], name: str) -> Tuple[float, float]:
    try:
        least, most = value
        return float(least), float(most)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}, not two numbers") from None
