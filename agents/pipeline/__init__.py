"""The linear pipeline: the agents' cores over lists and files, without a bus (spec 1.6)."""
