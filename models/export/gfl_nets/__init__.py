"""mmdetection's GFL and GFLv2 in plain PyTorch; module names are those of the checkpoints."""
