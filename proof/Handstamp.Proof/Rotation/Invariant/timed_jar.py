"""The jar of jar.py with clients that abandon a request after T: a later answer is not stored, however long the answer
takes. An abandoned request may still arrive."""
import z3

from jar import WRONG_ONE, any_state, login, steps
from proof import D, H, Q, S, T, W

__all__ = ["WRONG_ONE", "any_state", "login", "steps"]


def holds(state):
    """The jar holds the token used last, or a live token."""
    row = state.row
    return z3.And(
        0 <= row.before, z3.Or(row.before < row.seen, row.seen == 0), row.seen < row.first, row.first <= row.last,
        state.held >= 1, z3.Or(state.held == row.seen, live(state)),
        row.issued <= state.now + S, state.rotated <= row.issued,
        z3.Implies(row.first < row.last, row.issued >= state.rotated + W))


def live(state):
    return z3.And(state.row.first <= state.held, state.held <= state.row.last)


def gap_of_held(state):
    """When the gap begins that ends the answers with the live token in the jar; the latest time, if it has a sibling."""
    begin = state.row.issued - Q
    return z3.If(state.held == state.row.last, begin + W, begin)


def holds_of_request(state, r):
    """Once a live token is in the jar, requests with the token before it were sent so early that no answer from after the
    gap is stored."""
    row = state.row
    return z3.And(r.k >= 1, r.sent <= state.now, z3.Or(
        r.sent + D < state.now,
        r.k == state.held,
        z3.And(r.k == row.seen, live(state), r.sent < gap_of_held(state) + T),
        z3.And(r.k == row.before, row.before < row.seen, r.sent + D + S < state.rotated + W),
        z3.And(H, r.k == row.last, state.held == row.seen, r.sent <= state.rotated + T)))


def holds_of_answer(state, a):
    """An answer that may still be stored has the newest token, or the token in the jar, or is the answer of a hold."""
    row = state.row
    return z3.And(a.k >= 1, a.sent <= state.now, z3.Or(
        a.sent + T < state.now,
        z3.And(a.hold, z3.Not(H)),
        z3.And(a.k == state.held, live(state), z3.Or(H, a.sent < gap_of_held(state))),
        z3.And(a.k == row.last, state.held == row.seen, a.sent < row.issued + W - Q),
        z3.And(H, a.k == row.seen, a.sent <= state.rotated)))


# A second request with the previous token is abandoned, and arrives when it is two rotations behind.
TOO_LATE = [
    ("a tab sends",), ("a request arrives: Rotate", 0), ("a tab sends",), ("a request arrives: Replay", 1),
    ("a tab sends",), ("an answer is stored", 1), ("a tab sends",), ("a request arrives: Rotate", 3),
    ("a request arrives: Reuse", 2),
]

# A hold's answer puts the previous token back into the jar. Then an abandoned request with the newest token arrives.
PUT_BACK = [
    ("a tab sends",), ("a request arrives: Hold", 0), ("a tab sends",), ("a request arrives: Rotate", 1),
    ("an answer is stored", 1), ("a tab sends",), ("an answer is stored", 0), ("a request arrives: Rotate", 2),
    ("a tab sends",), ("a request arrives: Reuse", 3),
]
