"""The keys and shapes of real checkpoints, written down from the sources of mmdetection and NanoDet, not from our modules."""

BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


def batch_norm(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    per_channel = {f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")}
    return {**per_channel, f"{name}.num_batches_tracked": ()}


def gfl_keys(depth: int = 50, resnext: bool = False, quality: bool = False) -> dict[str, tuple[int, ...]]:
    keys = {"backbone.conv1.weight": (64, 3, 7, 7), **batch_norm("backbone.bn1", 64)}
    channels = 64
    for stage, blocks in enumerate(BLOCKS[depth], start=1):
        planes = 32 * 2**stage
        width = 2 * planes if resnext else planes
        for block in range(blocks):
            at = f"backbone.layer{stage}.{block}"
            keys[f"{at}.conv1.weight"] = (width, channels, 1, 1)
            keys |= batch_norm(f"{at}.bn1", width)
            keys[f"{at}.conv2.weight"] = (width, width // 32 if resnext else width, 3, 3)
            keys |= batch_norm(f"{at}.bn2", width)
            keys[f"{at}.conv3.weight"] = (4 * planes, width, 1, 1)
            keys |= batch_norm(f"{at}.bn3", 4 * planes)
            if block == 0:
                keys[f"{at}.downsample.0.weight"] = (4 * planes, channels, 1, 1)
                keys |= batch_norm(f"{at}.downsample.1", 4 * planes)
            channels = 4 * planes
    for level, channels in enumerate((512, 1024, 2048)):
        keys |= {
            f"neck.lateral_convs.{level}.conv.weight": (256, channels, 1, 1),
            f"neck.lateral_convs.{level}.conv.bias": (256,),
        }
    for level in range(5):
        keys |= {f"neck.fpn_convs.{level}.conv.weight": (256, 256, 3, 3), f"neck.fpn_convs.{level}.conv.bias": (256,)}
    for tower in ("cls_convs", "reg_convs"):
        for conv in range(4):
            at = f"bbox_head.{tower}.{conv}"
            keys |= {f"{at}.conv.weight": (256, 256, 3, 3), f"{at}.gn.weight": (256,), f"{at}.gn.bias": (256,)}
    keys |= {"bbox_head.gfl_cls.weight": (80, 256, 3, 3), "bbox_head.gfl_cls.bias": (80,)}
    keys |= {"bbox_head.gfl_reg.weight": (68, 256, 3, 3), "bbox_head.gfl_reg.bias": (68,)}
    keys |= {f"bbox_head.scales.{level}.scale": () for level in range(5)}
    keys["bbox_head.integral.project"] = (17,)
    if quality:
        keys |= {"bbox_head.reg_conf.0.weight": (64, 20, 1, 1), "bbox_head.reg_conf.0.bias": (64,)}
        keys |= {"bbox_head.reg_conf.2.weight": (1, 64, 1, 1), "bbox_head.reg_conf.2.bias": (1,)}
    return keys


def shufflenet_keys(stages: tuple[int, int, int]) -> dict[str, tuple[int, ...]]:
    keys = {"backbone.conv1.0.weight": (24, 3, 3, 3), **batch_norm("backbone.conv1.1", 24)}
    channels = 24
    for stage, (blocks, out) in enumerate(zip((4, 8, 4), stages, strict=True), start=2):
        half = out // 2
        for block in range(blocks):
            at = f"backbone.stage{stage}.{block}"
            if block == 0:
                keys |= {f"{at}.branch1.0.weight": (channels, 1, 3, 3), **batch_norm(f"{at}.branch1.1", channels)}
                keys |= {f"{at}.branch1.2.weight": (half, channels, 1, 1), **batch_norm(f"{at}.branch1.3", half)}
            seen = channels if block == 0 else half
            keys |= {f"{at}.branch2.0.weight": (half, seen, 1, 1), **batch_norm(f"{at}.branch2.1", half)}
            keys |= {f"{at}.branch2.3.weight": (half, 1, 3, 3), **batch_norm(f"{at}.branch2.4", half)}
            keys |= {f"{at}.branch2.5.weight": (half, half, 1, 1), **batch_norm(f"{at}.branch2.6", half)}
        channels = out
    return keys


def depthwise_keys(at: str, channels: int, kernel: int) -> dict[str, tuple[int, ...]]:
    keys = {f"{at}.depthwise.weight": (channels, 1, kernel, kernel), f"{at}.pointwise.weight": (channels, channels, 1, 1)}
    return {**keys, **batch_norm(f"{at}.dwnorm", channels), **batch_norm(f"{at}.pwnorm", channels)}


def ghost_pan_keys(at: str, stages: tuple[int, int, int], out: int) -> dict[str, tuple[int, ...]]:
    keys = {}
    for level, channels in enumerate(stages):
        keys |= {
            f"{at}.reduce_layers.{level}.conv.weight": (out, channels, 1, 1),
            **batch_norm(f"{at}.reduce_layers.{level}.bn", out),
        }
    for path in ("top_down_blocks", "bottom_up_blocks"):
        for level in range(2):
            block = f"{at}.{path}.{level}.blocks.0"
            for ghost, channels in (("ghost1", 2 * out), ("ghost2", out)):
                keys[f"{block}.{ghost}.primary_conv.0.weight"] = (out // 2, channels, 1, 1)
                keys |= batch_norm(f"{block}.{ghost}.primary_conv.1", out // 2)
                keys[f"{block}.{ghost}.cheap_operation.0.weight"] = (out // 2, 1, 3, 3)
                keys |= batch_norm(f"{block}.{ghost}.cheap_operation.1", out // 2)
            keys |= {f"{block}.shortcut.0.weight": (2 * out, 1, 5, 5), **batch_norm(f"{block}.shortcut.1", 2 * out)}
            keys |= {f"{block}.shortcut.2.weight": (out, 2 * out, 1, 1), **batch_norm(f"{block}.shortcut.3", out)}
    for name in ("downsamples.0", "downsamples.1", "extra_lvl_in_conv.0", "extra_lvl_out_conv.0"):
        keys |= depthwise_keys(f"{at}.{name}", out, 5)
    return keys


def nanodet_plus_keys(stages: tuple[int, int, int] = (116, 232, 464), out: int = 96) -> dict[str, tuple[int, ...]]:
    keys = {**shufflenet_keys(stages), **ghost_pan_keys("fpn", stages, out), "head.distribution_project.project": (8,)}
    for level in range(4):
        for conv in range(2):
            keys |= depthwise_keys(f"head.cls_convs.{level}.{conv}", out, 5)
        keys |= {f"head.gfl_cls.{level}.weight": (112, out, 1, 1), f"head.gfl_cls.{level}.bias": (112,)}
    return keys


def nanodet_keys(stages: tuple[int, int, int] = (116, 232, 464), out: int = 96) -> dict[str, tuple[int, ...]]:
    keys = {**shufflenet_keys(stages), "head.distribution_project.project": (8,)}
    for level, channels in enumerate(stages):
        keys |= {f"fpn.lateral_convs.{level}.conv.weight": (out, channels, 1, 1), f"fpn.lateral_convs.{level}.conv.bias": (out,)}
        for conv in range(2):
            keys |= depthwise_keys(f"head.cls_convs.{level}.{conv}", out, 3)
        keys |= {f"head.gfl_cls.{level}.weight": (112, out, 1, 1), f"head.gfl_cls.{level}.bias": (112,)}
        keys |= {f"head.gfl_reg.{level}.weight": (32, out, 1, 1), f"head.gfl_reg.{level}.bias": (32,)}
    return keys
