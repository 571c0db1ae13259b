from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from checkpoint_error import CheckpointError
from weight_shape import weight_shape

SUPPORTED = "ResNet-50, ResNet-101 and ResNeXt-101 32x4d are all that is exported"


@dataclass(frozen=True)
class Architecture:
    depth: int
    groups: int
    group_width: int
    classes: int
    bins: int
    quality: bool

    def __str__(self) -> str:
        backbone = f"ResNet-{self.depth}" if self.groups == 1 else f"ResNeXt-{self.depth} {self.groups}x{self.group_width}d"
        return f"{'GFLv2' if self.quality else 'GFL'} {backbone}, {self.classes} classes, {self.bins} bins"


def architecture_of(state: Mapping[str, Tensor]) -> Architecture:
    """Reads off the weights what they are of. Raises CheckpointError naming what is not supported."""
    for key in ("bbox_head.gfl_cls.weight", "bbox_head.gfl_reg.weight", "backbone.conv1.weight"):
        if key not in state:
            raise CheckpointError(f"This is not a GFL checkpoint of mmdetection: it has no {key}.")
    if any(key.endswith(".conv_offset.weight") for key in state):
        raise CheckpointError(
            "This checkpoint uses deformable convolutions (DCN), which are not exported; take its variant without."
        )
    if "backbone.layer1.0.conv3.weight" not in state or "backbone.layer1.0.conv2.weight" not in state:
        raise CheckpointError(f"The backbone is another one: {SUPPORTED}.")
    width, group_width, _, _ = weight_shape(state, "backbone.layer1.0.conv2.weight")
    groups = width // group_width
    blocks = len({key.split(".")[2] for key in state if key.startswith("backbone.layer3.")})
    depth = {6: 50, 23: 101}.get(blocks)
    if depth is None or (depth, groups, group_width) not in ((50, 1, 64), (101, 1, 64), (101, 32, 4)):
        raise CheckpointError(
            f"The backbone has {blocks} blocks in layer3 and {groups}x{group_width}d convolutions: {SUPPORTED}."
        )
    return Architecture(
        depth=depth,
        groups=groups,
        group_width=group_width,
        classes=weight_shape(state, "bbox_head.gfl_cls.weight")[0],
        bins=weight_shape(state, "bbox_head.gfl_reg.weight")[0] // 4,
        quality="bbox_head.reg_conf.0.weight" in state,
    )
