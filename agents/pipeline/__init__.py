"""The linear pipeline: the agents' cores over lists and files, without a bus (spec 1.6).

    from agents.pipeline import ClientProfile, run, standard

    result = run(leads, standard(ClientProfile(categories=("restaurant",))))

`run` takes and returns lists, `run_file` a file and a folder; `leadwire pipeline` is the command.
"""

from agents.pipeline.runner import (
    Options,
    Result,
    run,
    run_file,
    standard,
    through,
    through_file,
)
from agents.pipeline.stages import Function, Stage, StageError
from agents.scoring.profile import ClientProfile

__all__ = (
    "ClientProfile",
    "Function",
    "Options",
    "Result",
    "Stage",
    "StageError",
    "run",
    "run_file",
    "standard",
    "through",
    "through_file",
)
