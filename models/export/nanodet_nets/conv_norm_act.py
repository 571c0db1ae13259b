from torch import Tensor, nn

SLOPE = 0.1  # of every LeakyReLU of the family (nanodet/model/module/activation.py)


class ConvNormAct(nn.Module):
    """Convolution `conv`, BatchNorm `bn`, LeakyReLU (nanodet/model/module/conv.py ConvModule)."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(channels_out)
        self.act = nn.LeakyReLU(SLOPE)

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.bn(self.conv(x)))
