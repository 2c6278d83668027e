"""One jar of cookies, or one store, with any number of requests at once. Answers are stored in the order of arrival,
including late ones, whichever request they are for; the answers of a hold may be stored or not. The network loses,
doubles, delays and reorders messages."""
from collections import namedtuple

import z3

from proof import A, D, H, Q, S, T, W, Request, any_row, deliveries, row_at_login

# `rotated` is when `first` was issued, `held` what the jar holds.
State = namedtuple("State", "row rotated held now")


def login(clock):
    return State(row_at_login(clock), clock, z3.IntVal(1), z3.RealVal(0))


def any_state(name):
    return State(any_row(name), z3.Real(f"{name}.rotated"), z3.Int(f"{name}.held"), z3.Real(f"{name}.now"))


def holds(state):
    """The jar holds the token used last, or the newest token: never a sibling that may be skipped."""
    row = state.row
    return z3.And(
        0 <= row.seen, row.seen < row.first, row.first <= row.last,
        state.held >= 1, z3.Or(state.held == row.seen, state.held == row.last),
        state.rotated <= row.issued, row.issued <= state.now + S)


def holds_of_request(state, r):
    """Once the newest token is in the jar, requests with the token before it arrive before late retries begin."""
    row = state.row
    newest, settled = state.held == row.last, row.issued + W - Q + A
    return z3.And(r.k >= 1, r.sent <= state.now, z3.Or(
        r.sent + D < state.now,
        z3.And(r.k == row.last, z3.Or(newest, r.sent <= state.rotated + A)),
        z3.And(r.k == row.seen, z3.Implies(newest, r.sent < settled))))


def holds_of_answer(state, a):
    """Answers from before the gap are stored before late retries begin."""
    row = state.row
    newest = z3.And(state.held == row.last, state.now > state.rotated + A)
    return z3.And(a.k >= 1, a.made <= state.now, z3.Or(
        a.made + A < state.now,
        z3.And(a.k == row.last, z3.Or(newest, a.made < row.issued + W - Q)),
        z3.And(a.k == row.seen, a.made <= state.rotated)))


def steps(state, request, answer, clock, later):
    """All possible next steps: (name, condition, the state afterwards, the added messages)."""
    yield "time passes", later >= state.now, state._replace(now=later), []
    yield "a tab sends", z3.BoolVal(True), state, [Request(state.held, z3.IntVal(0), state.now)]
    in_time = z3.And(state.now <= answer.made + A, state.now <= answer.sent + T)
    stored = z3.Or(H, z3.Not(answer.hold))
    yield "an answer is stored", z3.And(in_time, stored), state._replace(held=answer.k), []
    yield from deliveries(state, request, clock)


# A replay before the end of the window and a late retry after it: two tokens, and the jar keeps the wrong one.
WRONG_ONE = [
    ("a tab sends",), ("a request arrives: Rotate", 0), ("a tab sends",), ("a request arrives: Replay", 1),
    ("a tab sends",), ("an answer is stored", 1), ("a tab sends",), ("a request arrives: LateRetry", 2),
    ("a request arrives: Rotate", 3), ("an answer is stored", 2), ("a tab sends",), ("a request arrives: Reuse", 4),
]
