import torch
from torch import Tensor, nn

from .conv_norm_act import SLOPE


def conv_norm(channels_in: int, channels_out: int, kernel: int, groups: int = 1) -> list[nn.Module]:
    conv = nn.Conv2d(channels_in, channels_out, kernel, 1, kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(channels_out)]


class Ghost(nn.Module):
    """Half of the channels by a 1x1 convolution, the other half from those by a depthwise 3x3."""

    def __init__(self, channels_in: int, channels_out: int, activated: bool) -> None:
        super().__init__()
        half = channels_out // 2
        activation = [nn.LeakyReLU(SLOPE)] if activated else []
        self.primary_conv = nn.Sequential(*conv_norm(channels_in, half, 1), *activation)
        self.cheap_operation = nn.Sequential(*conv_norm(half, half, 3, groups=half), *activation)

    def forward(self, x: Tensor) -> Tensor:
        first = self.primary_conv(x)
        return torch.cat([first, self.cheap_operation(first)], 1)


class GhostBottleneck(nn.Module):
    """Stride 1, no squeeze-and-excitation: ghost2(ghost1(x)) + shortcut(x) (nanodet/model/backbone/ghostnet.py).

    The second Ghost has no activation. `kernel` is of the shortcut's depthwise convolution.
    """

    def __init__(self, channels_in: int, channels_out: int, kernel: int) -> None:
        super().__init__()
        self.ghost1 = Ghost(channels_in, channels_out, activated=True)
        self.ghost2 = Ghost(channels_out, channels_out, activated=False)
        self.shortcut = nn.Sequential(
            *conv_norm(channels_in, channels_in, kernel, groups=channels_in), *conv_norm(channels_in, channels_out, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.ghost2(self.ghost1(x)) + self.shortcut(x)
