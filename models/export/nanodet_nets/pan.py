from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional


class Lateral(nn.Module):
    """A 1x1 convolution under the name `conv`, as NanoDet's ConvModule without norm and activation has it."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class PAN(nn.Module):
    """NanoDet v0.x: 1x1 laterals, added up top-down, then bottom-up, resized bilinearly; no other convolution.

    Source: nanodet/model/fpn/pan.py.
    """

    def __init__(self, channels: Sequence[int], channels_out: int) -> None:
        super().__init__()
        self.lateral_convs = nn.ModuleList(Lateral(channels_in, channels_out) for channels_in in channels)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        maps = [lateral(feature) for lateral, feature in zip(self.lateral_convs, features, strict=True)]
        for level in range(len(maps) - 1, 0, -1):
            maps[level - 1] = maps[level - 1] + functional.interpolate(maps[level], scale_factor=2, mode="bilinear")
        for level in range(len(maps) - 1):
            maps[level + 1] = maps[level + 1] + functional.interpolate(maps[level], scale_factor=0.5, mode="bilinear")
        return maps
