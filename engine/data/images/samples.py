"""Sample data sets of pictures, written as archives with a folder for each class."""

import gzip
import hashlib
import importlib.util
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, MissingPart, StoredFileError

FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")
FASHION_CLASSES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
Grey = NDArray[np.uint8]
Labelled = Iterator[tuple[str, Grey]]


@dataclass(frozen=True, slots=True)
class PictureSample:
    """A sample of pictures: the files that hold it, by folder, and what is read from them."""

    file_name: str
    carries: str
    folder: Callable[[], Path | None]
    sha256: Mapping[str, str] = field(repr=False)
    pictures: Callable[[Path], Labelled]
    command: str


def write_pictures(sample: PictureSample, folder: Path) -> Path:
    """Write the archive into `folder`; the same bytes each time, but for the compressor's version.

    Raises MissingPart with the command that installs it, StoredFileError when a file is not the pinned one.
    """
    carrier = _located(sample)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / sample.file_name
    partial = target.with_name(f"{target.name}.partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for place, (label, picture) in enumerate(sample.pictures(carrier)):
            archive.writestr(zipfile.ZipInfo(f"{label}/{place:05d}.png"), _png(picture))
    return partial.replace(target)


def _located(sample: PictureSample) -> Path:
    folder = sample.folder()
    if folder is None or not all((folder / name).is_file() for name in sample.sha256):
        raise MissingPart(
            N_("The sample {carries} is not here."),
            carries=sample.carries,
            command=sample.command,
            remedy=N_("Install it with: {command}"),
        )
    for name, expected in sample.sha256.items():
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise StoredFileError(
                N_("{file} of {package} is not the pinned one: sha256 {found}, expected {expected}."),
                file=name,
                package=sample.carries,
                found=found[:16],
                expected=expected[:16],
            )
    return folder


def _png(picture: Grey) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.fromarray(picture).save(data, "PNG")
    return data.getvalue()


def _digits(folder: Path) -> Labelled:
    """1,797 digits of 8 x 8 pixels, 17 shades of grey, white on black; the last number of a line is the digit."""
    with gzip.open(folder / "digits.csv.gz", "rt") as file:
        for line in file:
            *shades, digit = (int(float(value)) for value in line.split(","))
            scaled = np.rint(np.array(shades, dtype=np.float64) * 255 / 16).astype(np.uint8)
            yield str(digit), scaled.reshape(8, 8)


def _fashion(folder: Path) -> Labelled:
    """The 10,000 pictures of the test files, 28 x 28 pixels: as many of each class."""
    pictures = np.frombuffer(gzip.decompress((folder / _PICTURES).read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / _LABELS).read_bytes()), np.uint8, offset=8)
    for picture, label in zip(pictures.reshape(-1, 28, 28), labels.tolist(), strict=True):
        yield FASHION_CLASSES[label], picture


def _in_sklearn() -> Path | None:
    spec = importlib.util.find_spec("sklearn")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "datasets" / "data" if places else None


_PICTURES, _LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
PICTURE_SAMPLES: dict[str, PictureSample] = {
    "digits": PictureSample(
        "digits.zip",
        N_("handwritten digits, in scikit-learn"),
        _in_sklearn,
        {"digits.csv.gz": "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"},
        _digits,
        "pip install scikit-learn",
    ),
    "fashion": PictureSample(
        "fashion.zip",
        N_("Fashion-MNIST, as Debian packs it"),
        lambda: FASHION_FOLDER,
        {
            _PICTURES: "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
            _LABELS: "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
        },
        _fashion,
        "apt-get install dataset-fashion-mnist",
    ),
}
