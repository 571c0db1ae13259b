"""Which classes and functions a checkpoint names, and which of them no checkpoint has a reason to name."""

import _compat_pickle
import pickletools
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from checkpoint_error import CheckpointError

# What training frameworks store beside the weights and PyTorch does not read by itself. All other names of the standard
# library (posix.system, builtins.eval, subprocess.Popen, ...) have no business in a checkpoint: such a file is refused.
HARMLESS_MODULES = {"argparse", "copyreg", "datetime", "decimal", "enum", "fractions", "pathlib", "types", "typing", "uuid"}
HARMLESS_NAMES = {
    "_codecs.encode",
    "builtins.bool", "builtins.bytearray", "builtins.bytes", "builtins.complex", "builtins.dict", "builtins.float",
    "builtins.frozenset", "builtins.getattr", "builtins.int", "builtins.list", "builtins.object",
    "builtins.range", "builtins.set", "builtins.slice", "builtins.str", "builtins.tuple",
    "collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque",
    "functools.partial",
}  # fmt: skip


def pickled_names(path: Path) -> set[str]:
    """The dotted names of all classes and functions in the file's pickles, read without unpickling them."""
    names: set[str] = set()
    try:
        with path.open("rb") as file:
            for pickled in pickles_in(file):
                for opcode, argument, _position in pickletools.genops(pickled):
                    if opcode.name == "GLOBAL":
                        module, name = str(argument).split(" ", 1)
                        names.add(".".join(in_python_3(module, name)))
    except OSError as cause:
        raise CheckpointError(f"{path} cannot be read: {cause.strerror}.") from cause
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as cause:
        raise CheckpointError(f"{path.name} is not a PyTorch checkpoint: it is damaged or of another kind.") from cause
    return names


def pickles_in(file: BinaryIO) -> Iterator[bytes | BinaryIO]:
    """Since PyTorch 1.6 a zip with one pickle; before that four pickles, one after the other, then the numbers."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            records = [name for name in archive.namelist() if name.rsplit("/", 1)[-1] == "data.pkl"]
            if not records:
                raise zipfile.BadZipFile("no data.pkl")
            for record in records:
                yield archive.read(record)
        return
    file.seek(0)
    for _ in range(4):
        yield file


def in_python_3(module: str, name: str) -> tuple[str, str]:
    """Protocol 2 writes Python 2's names (`__builtin__`), and PyTorch reads them back like this."""
    if (module, name) in _compat_pickle.NAME_MAPPING:
        return _compat_pickle.NAME_MAPPING[(module, name)]
    return _compat_pickle.IMPORT_MAPPING.get(module, module), name


def is_harmless(name: str) -> bool:
    module = name.rpartition(".")[0]
    top = name.split(".")[0]
    return top not in sys.stdlib_module_names or name in HARMLESS_NAMES or module in HARMLESS_MODULES
