"""Nothing in a checkpoint is ever executed: hostile files are refused, foreign objects become stand-ins."""

import argparse
import builtins
import os
import pickle
import subprocess
import sys
import zipfile
from collections import OrderedDict, defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch

from checkpoint import read_checkpoint
from checkpoint_error import CheckpointError

WEIGHTS = OrderedDict({"weight": torch.arange(6.0).reshape(2, 3), "half": torch.ones(2).half()})
FORMATS = {"zip": True, "before 1.6": False}


class Calls:
    """Unpickled, it calls the function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def save(path, content, zipped):
    torch.save(content, path, _use_new_zipfile_serialization=zipped)


@pytest.mark.parametrize("zipped", FORMATS.values(), ids=FORMATS.keys())
@pytest.mark.parametrize(("function", "argument", "name"), [
    (os.system, "touch {}", f"{os.system.__module__}.system"),
    (builtins.eval, "open('{}', 'w')", "builtins.eval"),
    (builtins.exec, "open('{}', 'w')", "builtins.exec"),
    (builtins.open, "{}", "open"),
    (subprocess.getoutput, "touch {}", "subprocess.getoutput"),
    (__import__, "os", "builtins.__import__"),
], ids=str)  # fmt: skip
def test_hostile_files_are_refused(function, argument, name, zipped, tmp_path):
    mark, file = tmp_path / "mark", tmp_path / "evil.pth"
    arguments = (str(mark), "w") if function is builtins.open else (argument.format(mark),)
    save(file, {"meta": Calls(function, *arguments), "state_dict": WEIGHTS}, zipped)
    with pytest.raises(CheckpointError, match=r"asks Python to run .*: refused") as error:
        read_checkpoint(file)
    assert name in str(error.value)
    assert not mark.exists()
    if function is not __import__:
        with file.open("rb") as opened:  # the trap is a real one
            torch.load(opened, weights_only=False)
        assert mark.exists()


@pytest.fixture
def foreign(tmp_path, monkeypatch):
    """A package that leaves a mark when it is imported and another when its function is called."""
    package = tmp_path / "training_framework.py"
    package.write_text(
        "from pathlib import Path\n"
        "here = Path(__file__).parent\n"
        "(here / 'imported').touch()\n"
        "def run(*arguments): (here / 'called').touch()\n"
        "class Config(dict): pass\n"
        "class Callback:\n"
        "    def __init__(self, **fields): self.__dict__.update(fields)\n"
        "    def __setstate__(self, state): (here / 'called').touch(); self.__dict__.update(state)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import training_framework

    def forget():
        (tmp_path / "imported").unlink()
        (tmp_path / "called").unlink(missing_ok=True)
        del sys.modules["training_framework"]

    yield training_framework, forget, tmp_path
    sys.modules.pop("training_framework", None)


@pytest.mark.parametrize("zipped", FORMATS.values(), ids=FORMATS.keys())
def test_foreign_objects_are_ignored_and_never_imported(foreign, zipped):
    framework, forget, folder = foreign
    file = folder / "trained.ckpt"
    content = {
        "hyper_parameters": framework.Config(learning_rate=0.1, nested=framework.Config(momentum=0.9)),
        "callbacks": {framework.Callback: {"best": torch.tensor(0.3)}, "early": framework.Callback(patience=3)},
        "hook": Calls(framework.run, "x"),
        "history": np.arange(4.0),
        "best_score": np.float32(0.3),
        "dtype": np.dtype("int64"),
        "where": Path("work_dirs"),
        "arguments": argparse.Namespace(gpus=1),
        "counts": defaultdict(list, {"a": [1]}),
        "state_dict": WEIGHTS,
    }
    save(file, content, zipped)
    forget()
    state, ignored = read_checkpoint(file)
    assert list(state) == list(WEIGHTS)
    assert all(torch.equal(state[key], WEIGHTS[key]) for key in WEIGHTS)
    assert {"training_framework.Config", "training_framework.Callback", "training_framework.run"} <= set(ignored)
    assert any(name.startswith("numpy.") for name in ignored)
    assert not (folder / "imported").exists()
    assert not (folder / "called").exists()
    assert "training_framework" not in sys.modules


def test_no_stand_in_stays_allowed(foreign):
    framework, forget, folder = foreign
    save(folder / "trained.ckpt", {"config": framework.Config(a=1), "state_dict": WEIGHTS}, True)
    forget()
    before = set(torch.serialization.get_safe_globals())
    read_checkpoint(folder / "trained.ckpt")
    assert set(torch.serialization.get_safe_globals()) == before


def truncated(path):
    torch.save({"state_dict": WEIGHTS}, path)
    path.write_bytes(path.read_bytes()[:-200])


def another_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no weights")


@pytest.mark.parametrize(("make", "sentence"), [
    (lambda path: None, "cannot be read: No such file"),
    (lambda path: path.mkdir(), "cannot be read: Is a directory"),
    (lambda path: path.write_bytes(b""), "is not a PyTorch checkpoint"),
    (lambda path: path.write_bytes(b"\x89PNG\r\n" + bytes(200)), "is not a PyTorch checkpoint"),
    (lambda path: path.write_bytes(os.urandom(4096)), "is not a PyTorch checkpoint"),
    (another_zip, "is not a PyTorch checkpoint"),
    (truncated, "not a (PyTorch )?checkpoint"),
    (lambda path: path.write_bytes(pickle.dumps({"state_dict": {}})), "is not a PyTorch checkpoint"),
    (lambda path: torch.save({"epoch": 3}, path), r"state_dict\['epoch'\] is not a tensor"),
    (lambda path: torch.save(torch.nn.Linear(2, 2), path), "has no state_dict|is not a tensor"),
    (lambda path: torch.save({"state_dict": {}}, path), "has no state_dict"),
    (lambda path: torch.save({"state_dict": {"a": [1, 2]}}, path), r"state_dict\['a'\] is not a tensor"),
    (lambda path: torch.save({"state_dict": {"a": np.ones(3)}}, path), r"state_dict\['a'\] is not a tensor"),
    (lambda path: torch.save({"state_dict": WEIGHTS}, path, pickle_protocol=4), "save it again with torch.save"),
], ids=["missing", "folder", "empty", "PNG", "noise", "another zip", "truncated", "pickle", "no weights", "a whole module",
        "empty state_dict", "lists", "NumPy weights", "protocol 4"])  # fmt: skip
def test_what_is_no_checkpoint_is_told_in_a_sentence(make, sentence, tmp_path):
    path = tmp_path / "weights.pth"
    make(path)
    with pytest.raises(CheckpointError, match=sentence):
        read_checkpoint(path)
