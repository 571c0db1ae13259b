class CheckpointError(Exception):
    """A sentence for the person who runs the export."""
