from torch import Tensor, nn

from .conv_norm_act import SLOPE


class DepthwiseConv(nn.Module):
    """Depthwise and pointwise convolution, BatchNorm and LeakyReLU after each (module/conv.py DepthwiseConvModule)."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels_in, channels_in, kernel, stride, kernel // 2, groups=channels_in, bias=False)
        self.pointwise = nn.Conv2d(channels_in, channels_out, 1, bias=False)
        self.dwnorm = nn.BatchNorm2d(channels_in)
        self.pwnorm = nn.BatchNorm2d(channels_out)
        self.act = nn.LeakyReLU(SLOPE)

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.pwnorm(self.pointwise(self.act(self.dwnorm(self.depthwise(x))))))
