"""The sixteen gates of spec 6: facts in, a verdict or nothing out; asked before every send.

    facts.py     what gates read and return          standing.py  may anything be sent here at all
    rules.py     the figures, and who may set them   pace.py      is it too soon, or too much
    window.py    local hours, weekdays, holidays     lists.py     may this person be reached so
    quota.py     slots of a resource                 stops.py     which stop is whose
    order.py     the gates in their order

Pure functions over values: no clock, no store. The sender judges at the moment of sending, the
planner asks the same functions ahead of time, `leadwire explain` prints what they said.
"""

from agents.gates.facts import Facts, Verdict
from agents.gates.order import GATE, GATES, TIMED, Gate, first_moment, judge, judge_all
from agents.gates.rules import DEFAULT, Rules, stricter, tightest

__all__ = [
    "DEFAULT",
    "GATE",
    "GATES",
    "TIMED",
    "Facts",
    "Gate",
    "Rules",
    "Verdict",
    "first_moment",
    "judge",
    "judge_all",
    "stricter",
    "tightest",
]
