from torch import Tensor, nn

GROUPS = 32


class ConvModule(nn.Module):
    """A convolution under the name `conv`; with `norm`, GroupNorm(32) under `gn` and a ReLU follow, and the bias goes.

    Source of the names: mmcv/cnn/bricks/conv_module.py.
    """

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=not norm)
        self.gn = nn.GroupNorm(GROUPS, channels_out, eps=1e-5) if norm else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return x if self.gn is None else self.gn(x).relu()
