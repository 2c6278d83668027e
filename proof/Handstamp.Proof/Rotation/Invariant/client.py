"""One honest client with one outstanding attempt: a retry abandons the attempt before it, whose answers the client ignores.
The network loses, doubles, delays and reorders messages; an answer may take any time."""
from collections import namedtuple

import z3

from proof import D, Q, S, W, Request, any_row, deliveries, row_at_login

# `rotated` is when `first` was issued, `sent` when the newest attempt was sent.
State = namedtuple("State", "row rotated held attempts outstanding sent now")


def login(clock):
    return State(row_at_login(clock), clock, z3.IntVal(1), z3.IntVal(0), z3.IntVal(0), z3.RealVal(0), z3.RealVal(0))


def any_state(name):
    held, attempts, outstanding = z3.Ints(f"{name}.held {name}.attempts {name}.outstanding")
    rotated, sent, now = z3.Reals(f"{name}.rotated {name}.sent {name}.now")
    return State(any_row(name), rotated, held, attempts, outstanding, sent, now)


def holds(state):
    """The client holds the token used last, or a live token."""
    row = state.row
    return z3.And(
        0 <= row.before, z3.Or(row.before < row.seen, row.seen == 0), row.seen < row.first, row.first <= row.last,
        state.held >= 1, z3.Or(state.held == row.seen, z3.And(row.first <= state.held, state.held <= row.last)),
        state.attempts >= 0, z3.Or(state.outstanding == 0, state.outstanding == state.attempts),
        state.sent <= state.now, row.issued <= state.now + S, state.rotated <= row.issued,
        z3.Implies(row.first < row.last, row.issued >= state.rotated + W))


def holds_of_request(state, r):
    """A request that can still arrive is at most one rotation behind."""
    row, left = state.row, state.row.issued - Q
    return z3.And(
        r.k >= 1, r.attempt >= 1, r.attempt <= state.attempts, r.sent <= state.sent,
        z3.Implies(r.attempt == state.outstanding, z3.And(r.k == state.held, r.sent == state.sent)),
        z3.Or(
            r.k == state.held,
            z3.And(r.k == row.seen, r.sent < z3.If(state.held == row.last, left + W, left)),
            z3.And(r.k == row.before, row.before < row.seen, r.sent + D + S < state.rotated + W),
            z3.And(r.k < row.seen, r.sent + D < state.now)))


def holds_of_answer(state, a):
    """A token that the client may still take is live, or is the one that it holds."""
    row, left = state.row, state.row.issued - Q
    alive = z3.And(
        state.held == row.seen, row.first <= a.k, a.k <= row.last,
        state.sent < z3.If(a.k == row.last, left + W, left))
    return z3.And(
        a.attempt >= 1, a.attempt <= state.attempts,
        z3.Implies(a.attempt == state.outstanding, z3.Or(a.k == state.held, alive)))


def steps(state, request, answer, clock, later):
    """All possible next steps: (name, condition, the state afterwards, the added messages)."""
    yield "time passes", later >= state.now, state._replace(now=later), []
    attempt = state.attempts + 1
    yield ("the client sends", z3.BoolVal(True),
           state._replace(attempts=attempt, outstanding=attempt, sent=state.now),
           [Request(state.held, attempt, state.now)])
    yield ("the client takes an answer", z3.And(answer.attempt == state.outstanding, state.outstanding != 0),
           state._replace(held=answer.k, outstanding=z3.IntVal(0)), [])
    yield from deliveries(state, request, clock)


# The second request waits while the client that sent it moves on, and arrives when it is two rotations behind.
TOO_LATE = [
    ("the client sends",), ("a request arrives: Rotate", 0), ("the client sends",), ("a request arrives: Replay", 1),
    ("the client takes an answer", 1), ("the client sends",), ("a request arrives: Rotate", 2),
    ("a request arrives: Reuse", 1),
]

# One node still replays a token that another node, whose clock is ahead, already treats as a late retry.
CLOCKS_APART = [
    ("the client sends",), ("a request arrives: Rotate", 0), ("the client sends",), ("a request arrives: Replay", 1),
    ("a request arrives: LateRetry", 1), ("the client takes an answer", 1), ("the client sends",),
    ("a request arrives: Rotate", 2), ("a request arrives: Reuse", 1),
]
