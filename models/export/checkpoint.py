"""Reads trained weights from a PyTorch checkpoint without running anything that the file says."""

import hashlib
import pickle
import sys
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from checkpoint_error import CheckpointError
from pickled_names import is_harmless, pickled_names


class InertArray:
    """In place of NumPy's objects, whose state is a tuple; nothing is kept."""

    def __new__(cls, *_args: Any) -> "InertArray":
        return super().__new__(cls)

    def __setstate__(self, _state: Any) -> None:
        pass


def read_checkpoint(path: Path) -> tuple[OrderedDict[str, Tensor], list[str]]:
    """Returns the tensors of `state_dict` (or of the file itself when it is one), and the foreign names that were ignored.

    `torch.load(weights_only=True)` does the reading. Every class or function that the file names and PyTorch does not
    know is replaced by an inert stand-in: never imported, never called. Raises CheckpointError.
    """
    names = pickled_names(path)
    refused = sorted(name for name in names if not is_harmless(name))
    if refused:
        raise CheckpointError(
            f"{path.name} asks Python to run {', '.join(refused)}, which no trained weights need: refused. Do not use this file."
        )
    try:
        stand_ins = torch.serialization.safe_globals([(stand_in_for(name), name) for name in names])
        with stand_ins, warnings.catch_warnings(action="ignore"):  # its errors are enough
            content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError) as cause:
        reason = str(cause).strip().splitlines()[-1] if str(cause).strip() else type(cause).__name__
        raise CheckpointError(
            f"{path.name} is not a checkpoint that PyTorch reads with weights_only: {reason}. Where it was trained, save it "
            "again with torch.save({'state_dict': checkpoint['state_dict']}, FILE)."
        ) from cause
    state = content.get("state_dict", content) if isinstance(content, Mapping) else None
    if not isinstance(state, Mapping) or not state:
        raise CheckpointError(f"{path.name} has no state_dict: what was saved is not weights alone.")
    for key, value in state.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            raise CheckpointError(f"{path.name}: state_dict[{key!r}] is not a tensor.")
    return OrderedDict(state), sorted(name for name in names if is_foreign(name))


def load_strictly(net: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Every tensor of the network from the checkpoint and none left over. Raises CheckpointError naming the first ones."""
    own = net.state_dict()
    missing = [key for key in own if key not in state]
    extra = [key for key in state if key not in own]
    other = [f"{key} {tuple(state[key].shape)} instead of {tuple(own[key].shape)}" for key in own
             if key in state and state[key].shape != own[key].shape]  # fmt: skip
    problems = [("lacks", missing), ("has unknown", extra), ("has other shapes:", other)]
    told = [f"{word} {first_of(keys)}" for word, keys in problems if keys]
    if told:
        raise CheckpointError(f"The checkpoint does not fit the network: it {'; it '.join(told)}.")
    net.load_state_dict(state, strict=True)


def first_of(keys: list[str]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_foreign(name: str) -> bool:
    return name.split(".")[0] not in sys.stdlib_module_names | {"torch"}


def stand_in_for(name: str) -> type:
    # An OrderedDict is what PyTorch's reader lets be filled as a dictionary and as an object, which is what configurations are.
    if name.startswith("numpy."):
        return type("Inert", (InertArray,), {"__doc__": name})
    return type("Inert", (), {"__doc__": name, "__new__": lambda _cls, *_arguments: OrderedDict()})
