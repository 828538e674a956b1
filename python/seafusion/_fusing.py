"""Fusing pictures."""

import functools
import os
from types import TracebackType
from typing import Any, List, NamedTuple, Optional, Tuple, Type, TypeVar, Union, overload

import numpy as np
from numpy.typing import NDArray

from . import _core, _learning
from ._arguments import Path, Range, count, path_bytes, range_text, text

_Sample = TypeVar("_Sample", bound=np.generic)


class Fuser:
    """Fuses pairs of pictures of one size, with settings that are checked once.

    model: "default" (or "lite"), "full" (the network of the paper, fifty times the work), or a
            .safetensors file.
    precision: "auto", "fp32", "int16", "bf16", "int8" (lite only) or "reference". "auto" is
        int16 where the machine is fast at it, and fp32
        where the result has 16 bits or is floating point.
    threads: that share one picture; 0: one for each processor.
    ir_range: which infrared samples become black and white. "auto": all of 0..255 for uint8 and of
        0..1 for floats within it; for uint16 (counts) and other floats (degrees) from 0.5 % to
        99.5 % of what shows the scene. "full", "minmax", "percentile:P", "percentile:LO,HI",
        "fixed:LO,HI" or a pair (LO, HI) in the samples' own unit.
    ir_invert: the coldest becomes white: for cameras that are set to black-hot.
    range: how the result becomes samples. "gentle": contrast up to a quarter more where black or
        white would be left unused, each picture by itself; "none": clipped to 0..1; "image":
        stretched to its own extremes; "reference": as the published SeAFusion pictures were saved;
        "fixed:LO,HI". None: as `seafusion fuse` does, "gentle" with the weights of this package,
        "none" with those of a file and other methods.
    gray: the fused brightness alone, HxW, where the visible picture has colours.
    method: another method of methods(), to compare with.
    cpu_target: "avx512amx", "avx512bf16", "avx512vnni", "avx512", "avx2", "sse4", "neon" or
        "scalar" in place of the machine's best.
    tile: side of the tiles in pixels, 0..512; the result never depends on it. 0: the engine's choice.

    Immutable: one Fuser serves any number of Python threads at once. Their calls share its threads
    and take turns; for calls side by side give each thread a Fuser with threads=1. The GIL is
    released meanwhile. Works in processes that fork, and can be pickled. `with Fuser() as fuser:`
    and close() let go of its threads and memory.

    Raises ValueError (an argument out of range), OSError (a model that cannot be read),
    seafusion.Error (weights that are broken or of another network; a precision that this processor
    or these weights do not have; a method that needs weights or the learning module).

    Source: Tang, Yuan, Ma, Information Fusion 82 (2022), doi:10.1016/j.inffus.2021.12.004.
    """

    def __init__(
        self,
        model: Path = "default",
        precision: str = "auto",
        threads: int = 0,
        *,
        ir_range: Range = "auto",
        ir_invert: bool = False,
        range: Optional[Range] = None,
        gray: bool = False,
        method: str = "seafusion",
        cpu_target: str = "",
        tile: int = 0,
    ) -> None:
        self._arguments = (model, precision, threads, ir_range, ir_invert, range, gray, method)
        self._more_arguments = (cpu_target, tile)
        self._ir_range = range_text(ir_range, "ir_range")
        self._ir_invert = bool(ir_invert)
        self._range = None if range is None else range_text(range, "range")
        self._gray = bool(gray)
        name = text(method, "method")
        weights = path_bytes(model, "model")
        if weights == b"default" and name != "seafusion":
            weights = os.fsencode(_learning.method_weights().get(name, "default"))
        self._core: Optional[_core.Fuser] = _core.Fuser(
            weights,
            name,
            text(precision, "precision"),
            count(threads, "threads"),
            text(cpu_target, "cpu_target"),
            count(tile, "tile"),
            os.fsencode(_learning.module()),
        )
        self._core.check(self._ir_range, self._range)

    @overload
    def __call__(
        self,
        ir: NDArray[Any],
        visible: NDArray[_Sample],
        out: None = None,
        *,
        ir_range: Optional[Range] = None,
        gray: Optional[bool] = None,
    ) -> NDArray[_Sample]: ...

    @overload
    def __call__(
        self,
        ir: NDArray[Any],
        visible: NDArray[Any],
        out: NDArray[_Sample],
        *,
        ir_range: Optional[Range] = None,
        gray: Optional[bool] = None,
    ) -> NDArray[_Sample]: ...

    def __call__(
        self,
        ir: NDArray[Any],
        visible: NDArray[Any],
        out: Optional[NDArray[Any]] = None,
        *,
        ir_range: Optional[Range] = None,
        gray: Optional[bool] = None,
    ) -> NDArray[Any]:
        """The fused picture, or batch, of the visible one's shape and dtype.

        ir: HxW, or HxWx3 of which the brightness is taken; NxHxW or NxHxWx3. uint8, uint16, float32.
        visible: HxW or HxWx3, or a batch of as many; any of the dtypes, not necessarily that of ir.
            Floats are 0..1, what lies outside is clipped.
        out: an array to fill, of the visible picture's size; HxW gives the brightness alone. Its
            dtype may be another: uint8 0..255, uint16 0..65535, float32 0..1. It is returned.
        ir_range, gray: in place of the Fuser's, for this call.

        Raises ValueError (shapes, dtypes, values that are not finite, an `out` that is read-only or
        shares memory with a source), seafusion.Error (not enough memory). After a failure `out` may
        hold part of the result.
        """
        core = self._core
        if core is None:
            raise ValueError("the Fuser is closed")
        return core.fuse(
            ir,
            visible,
            out,
            self._ir_range if ir_range is None else range_text(ir_range, "ir_range"),
            self._ir_invert,
            self._range,
            self._gray if gray is None else bool(gray),
        )

    def engine(self, dtype: Union[str, Type[np.generic], "np.dtype[Any]"] = "uint8") -> str:
        """What does the arithmetic for results of a dtype, as "winograd int16 avx512vnni"."""
        if self._core is None:
            raise ValueError("the Fuser is closed")
        return self._core.engine(8 * np.dtype(dtype).itemsize)

    def close(self) -> None:
        """Lets go of threads and memory, once calls under way have ended. May be called twice."""
        self._core = None

    def __enter__(self) -> "Fuser":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __reduce__(self) -> Tuple[Any, ...]:
        return _make, self._arguments + self._more_arguments

    def __repr__(self) -> str:
        if self._core is None:
            return "<seafusion.Fuser, closed>"
        return f"<seafusion.Fuser {self._arguments[0]!r}, {self.engine()}>"


def _make(
    model: Path,
    precision: str,
    threads: int,
    ir_range: Range,
    ir_invert: bool,
    range: Optional[Range],
    gray: bool,
    method: str,
    cpu_target: str,
    tile: int,
) -> Fuser:
    return Fuser(
        model,
        precision,
        threads,
        ir_range=ir_range,
        ir_invert=ir_invert,
        range=range,
        gray=gray,
        method=method,
        cpu_target=cpu_target,
        tile=tile,
    )


@functools.lru_cache(maxsize=4)
def _shared_fuser(model: bytes, precision: str, threads: int) -> Fuser:
    return Fuser(model, precision, threads)


@overload
def fuse(
    ir: NDArray[Any],
    visible: NDArray[_Sample],
    out: None = None,
    *,
    model: Path = "default",
    precision: str = "auto",
    threads: int = 0,
    ir_range: Range = "auto",
    gray: bool = False,
) -> NDArray[_Sample]: ...


@overload
def fuse(
    ir: NDArray[Any],
    visible: NDArray[Any],
    out: NDArray[_Sample],
    *,
    model: Path = "default",
    precision: str = "auto",
    threads: int = 0,
    ir_range: Range = "auto",
    gray: bool = False,
) -> NDArray[_Sample]: ...


def fuse(
    ir: NDArray[Any],
    visible: NDArray[Any],
    out: Optional[NDArray[Any]] = None,
    *,
    model: Path = "default",
    precision: str = "auto",
    threads: int = 0,
    ir_range: Range = "auto",
    gray: bool = False,
) -> NDArray[Any]:
    """The fused picture of a registered infrared and visible one, of the visible one's dtype.

        fused = seafusion.fuse(ir, visible)

    Arguments, results and errors are those of Fuser and of its call; the last few Fusers are kept,
    so that calling it again costs nothing. A file of weights that changes meanwhile is not read
    again: make a Fuser for that.
    """
    fuser = _shared_fuser(
        path_bytes(model, "model"), text(precision, "precision"), count(threads, "threads")
    )
    return fuser(ir, visible, out, ir_range=ir_range, gray=gray)


class Method(NamedTuple):
    """A method of fusion, for Fuser(method=name) and compare()."""

    name: str  #: As Fuser and compare take it: "mst-sr".
    title: str  #: As tables show it: "MST-SR".
    summary: str
    citation: str  #: Authors, journal, year; "" for the trivial ones.
    training: str  #: What it is trained on: "nothing".
    colour: str  #: What it fuses, and where the colour comes from.
    weights: str  #: "none", "built in" (a model replaces them) or "needed".
    learning: bool  #: Runs on LibTorch: needs the learning module.
    available: bool  #: This installation has all that it needs but weights.


def methods() -> List[Method]:
    """SeAFusion and the methods it is compared with; docs/methods.md says how far each was checked."""
    learning = bool(_learning.module())
    return [Method(*values, learning or not values[-1]) for values in _core.methods()]
