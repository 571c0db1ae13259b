from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .conv_norm_act import SLOPE

BLOCKS = (4, 8, 4)
STEM_CHANNELS = 24


class ShuffleBlock(nn.Module):
    """Stride 2: both branches see all channels. Stride 1: one half passes, the other goes through branch2."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        half = channels_out // 2
        self.branch1 = nn.Sequential()
        if stride == 2:
            self.branch1 = nn.Sequential(
                nn.Conv2d(channels_in, channels_in, 3, stride, 1, groups=channels_in, bias=False),
                nn.BatchNorm2d(channels_in),
                nn.Conv2d(channels_in, half, 1, bias=False),
                nn.BatchNorm2d(half),
                nn.LeakyReLU(SLOPE),
            )
        self.branch2 = nn.Sequential(
            nn.Conv2d(channels_in if stride == 2 else half, half, 1, bias=False),
            nn.BatchNorm2d(half),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(half, half, 3, stride, 1, groups=half, bias=False),
            nn.BatchNorm2d(half),
            nn.Conv2d(half, half, 1, bias=False),
            nn.BatchNorm2d(half),
            nn.LeakyReLU(SLOPE),
        )
        # The channel shuffle of two groups as one gather: 0, half, 1, half + 1, ... It needs no shape at run time.
        shuffle = torch.arange(channels_out).reshape(2, half).T.flatten()
        self.register_buffer("shuffle", shuffle, persistent=False)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        if self.stride == 2:
            out = torch.cat([self.branch1(x), self.branch2(x)], 1)
        else:
            passed, worked = x.chunk(2, 1)
            out = torch.cat([passed, self.branch2(worked)], 1)
        return out.index_select(1, self.shuffle)


class ShuffleNetV2(nn.Module):
    """(batch, 3, h, w) -> features of strides 8, 16, 32 with `channels` channels (nanodet/model/backbone/shufflenetv2.py)."""

    def __init__(self, channels: Sequence[int]) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(
            nn.Conv2d(3, STEM_CHANNELS, 3, 2, 1, bias=False), nn.BatchNorm2d(STEM_CHANNELS), nn.LeakyReLU(SLOPE)
        )
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels_in = STEM_CHANNELS
        for stage, (blocks, channels_out) in enumerate(zip(BLOCKS, channels, strict=True), start=2):
            first = ShuffleBlock(channels_in, channels_out, 2)
            rest = (ShuffleBlock(channels_out, channels_out, 1) for _ in range(blocks - 1))
            self.add_module(f"stage{stage}", nn.Sequential(first, *rest))
            channels_in = channels_out

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.maxpool(self.conv1(x))
        features = []
        for stage in (self.stage2, self.stage3, self.stage4):
            x = stage(x)
            features.append(x)
        return features
