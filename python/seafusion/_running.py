"""Long runs over folders: comparison and training."""

import json
import os
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from . import _core, _learning
from ._arguments import Path, Range, count, path_bytes, range_text, text
from ._progress import Progress, progress_function

__all__ = ["Comparison", "Progress", "compare", "train"]

#: A folder with the folders ir and vi, or a pair of folders, files or patterns (ir, visible).
_Data = Union[Path, Tuple[Path, Path]]


class Comparison(NamedTuple):
    """What compare() found; the folder has it as files, too."""

    values: Dict[str, Any]  #: The content of compare.json.
    text: str  #: Tables of means and running times for people.


def compare(
    data: Union[_Data, Mapping[str, _Data]],
    out: Path,
    *,
    methods: Union[str, Sequence[str]] = "all",
    models: Optional[Mapping[str, Path]] = None,
    pictures: Optional[Mapping[str, Path]] = None,
    metrics: Union[str, Sequence[str]] = "all",
    convention: str = "all",
    range: Range = "reference",
    ir_range: Range = "auto",
    precision: str = "auto",
    first: int = 0,
    threads: int = 0,
    title: Optional[str] = None,
    overwrite: bool = False,
    keep_going: bool = False,
    progress: Optional[Callable[[Progress], object]] = None,
    message: Optional[Callable[[str], object]] = None,
) -> Comparison:
    """Runs, times and measures methods on the same pairs, as `seafusion compare` does.

    data: a folder with the folders ir and vi, whose pictures pair by name; (ir, visible); or
        several of them by name.
    out: folder for all results: fused pictures, times.csv, metrics.csv, compare.json, and
        report.html where the build has the page. A run that was stopped goes on from there.
    methods: "all" or names, as methods() has them.
    models: files of weights: {"mst-sr": file}; {"seafusion:Published": file} runs the method once
        more under that label.
    pictures: fused pictures that exist already: {label: source}, with several data sets
        {"NAME:label": source}.
    metrics: as for metrics(); convention: "paper", "f255" or "all".
    range, ir_range, precision: as for Fuser; "reference" saves as the authors' code of each method.
    first: compare the first pairs only; 0: all.
    threads: of a method, and pairs that are measured at a time; 0: one for each processor.
    overwrite: take over nothing from an earlier run. keep_going: leave out pictures without partner.
    progress, message: are called with a Progress, and with lines for people.

    What fails at single methods and pairs is noted in the result. Raises ValueError, OSError,
    KeyboardInterrupt (the same call goes on from there), and what the functions raise.
    """
    from . import _imaging

    sets = data if isinstance(data, Mapping) else {"": data}
    names = _names(methods, "methods")
    settings = {
        "data": [_data_set(name, source) for name, source in sets.items()],
        "out": path_bytes(out, "out"),
        "methods": [method[0] for method in _core.methods()] if names == ["all"] else names,
        "models": [
            (*_split(key, "models", first_needed=True), path_bytes(file, "a model"))
            for key, file in (models or {}).items()
        ],
        "pictures": [
            (*_split(key, "pictures", first_needed=False), path_bytes(source, "pictures"))
            for key, source in (pictures or {}).items()
        ],
        "metrics": ",".join(_names(metrics, "metrics")),
        "conventions": ["paper", "f255"] if convention == "all" else [text(convention, "convention")],
        "range": range_text(range, "range"),
        "ir_range": range_text(ir_range, "ir_range"),
        "precision": text(precision, "precision"),
        "first": count(first, "first"),
        "threads": count(threads, "threads"),
        "title": None if title is None else text(title, "title"),
        "overwrite": bool(overwrite),
        "keep_going": bool(keep_going),
        "learning": os.fsencode(_learning.module()),
        "supply": {name: os.fsencode(path) for name, path in _learning.method_weights().items()},
    }
    values, table = _imaging.compare(settings, progress_function(progress), message)
    return Comparison(json.loads(values), table)


def train(
    settings: Mapping[str, Any],
    progress: Optional[Callable[[Progress], object]] = None,
    message: Optional[Callable[[str], object]] = None,
) -> str:
    """Trains the fusion network, as `seafusion train` does; returns the path of the weights.

        weights = seafusion.train({"data": "MSRS", "out": "runs/first", "steps": 2000})
        fuser = seafusion.Fuser(weights)

    settings: "data" (folder with ir and vi, or a pack) and "out" (folder of the run) are needed.
        Content-only training: "steps", "batch", "crop", "lr", "final_lr", "warmup", "seed".
        Joint training with a segmentation network, where one of these is given: "strategy",
        "preset", "config" (JSON file), "set" (list of "NAME=VALUE"); and "init" (weights).
        Both: "val" (folder of pairs to measure on), "val_every" (steps), "resume",
        "checkpoint_every" (seconds), "workers", "threads", "device". docs/training.md has them all.
    progress, message: are called with a Progress after steps, and with lines for people.

    Needs the learning module (Debian: seafusion-learning) of the same version.

    Raises ValueError (settings), OSError (data, a run that exists), seafusion.Error (no learning
    module), KeyboardInterrupt: the run is saved first, {"resume": True} goes on from there.
    """
    if not isinstance(settings, Mapping):
        raise ValueError(f"settings is {type(settings).__name__}, not a mapping")
    values: Dict[str, Any] = dict(settings)
    for key in ("data", "out", "val", "config", "init"):
        if values.get(key) is not None:
            values[key] = path_bytes(values[key], f"settings: {key}")
    values = {key: value for key, value in values.items() if value is not None}
    library = _learning.module()
    if not library:
        raise _core.Error("this installation has no learning module (Debian: seafusion-learning)")
    return _core.train(values, os.fsencode(library), progress_function(progress), message)


def _names(value: Union[str, Sequence[str]], name: str) -> List[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    try:
        return [text(part, name) for part in value]
    except TypeError:
        raise ValueError(f"{name} is {value!r}, not names") from None


def _data_set(name: object, source: _Data) -> Tuple[str, bytes, bytes, bytes]:
    if not isinstance(name, str):
        raise ValueError(f"data: the name of a set is {name!r}, not a text")
    if isinstance(source, tuple):
        if len(source) != 2:
            raise ValueError(f"data is {source!r}, not (ir, visible)")
        return name, b"", path_bytes(source[0], "data"), path_bytes(source[1], "data")
    return name, path_bytes(source, "data"), b"", b""


def _split(key: object, name: str, *, first_needed: bool) -> Tuple[str, str]:
    if not isinstance(key, str):
        raise ValueError(f"{name}: {key!r} is not a text")
    before, colon, after = key.partition(":")
    return (before, after) if colon or first_needed else ("", before)
