"""What the proofs of the client and of the jar share: messages, time, and the question to the solver."""
from collections import namedtuple

import z3

from rule import Row, decide, first_match

Request = namedtuple("Request", "k attempt sent")
Answer = namedtuple("Answer", "k attempt made sent hold")

# The retry window, the quiet gap at its end, the longest time of a request, the longest time of an answer, the time
# after which a client ignores the answer to a request, and how far a node's clock may be ahead of true time.
W, Q, D, A, T, S = z3.Reals("W Q D A T S")
# Whether the answers of holds are stored. With cookies they are not, because a hold sets no cookie.
H = z3.Bool("H")
ENDS = ("Reuse", "RolledBack")
PARAMETERS = [W > 0, Q >= 0, Q < W, D >= 0, A >= 0, T >= 0, S >= 0]


def row_at_login(clock):
    return Row(z3.IntVal(0), z3.IntVal(1), z3.IntVal(1), z3.IntVal(0), clock)


def any_row(name):
    seen, first, last, before = z3.Ints(f"{name}.seen {name}.first {name}.last {name}.before")
    return Row(seen, first, last, before, z3.Real(f"{name}.issued"))


def any_request(name):
    return Request(z3.Int(f"{name}.k"), z3.Int(f"{name}.attempt"), z3.Real(f"{name}.sent"))


def any_answer(name):
    return Answer(z3.Int(f"{name}.k"), z3.Int(f"{name}.attempt"), z3.Real(f"{name}.made"), z3.Real(f"{name}.sent"),
                  z3.Bool(f"{name}.hold"))


def deliveries(state, request, clock):
    """A request arrives at a node whose clock shows `clock`: (name, condition, the state afterwards, its answer)."""
    in_time = z3.And(state.now <= request.sent + D, state.now <= clock, clock <= state.now + S)
    for cell, condition, row, k in first_match(decide(state.row, request.k, clock, W, Q)):
        after = state._replace(row=row, rotated=clock if cell == "Rotate" else state.rotated)
        hold = z3.BoolVal(cell == "Hold")
        answers = [] if k is None else [Answer(k, request.attempt, state.now, request.sent, hold)]
        yield f"a request arrives: {cell}", z3.And(condition, in_time), after, answers


def obligations(model):
    """For each possible next step: its name, its condition, and when it breaks the invariant. A step that ends the
    session breaks it whenever it comes."""
    clock, later = z3.Reals("clock later")
    logs_in = z3.And(0 <= clock, clock <= S)
    yield "the login", [logs_in], z3.Not(model.holds(model.login(clock)))
    state, request, answer = model.any_state("s"), any_request("q"), any_answer("a")
    # Two other messages stand for all others.
    others = [any_request("r"), any_answer("b")]
    before = [model.holds(state), *about(model, state, [request, answer, *others])]
    for name, condition, after, new in model.steps(state, request, answer, clock, later):
        kept = z3.And(model.holds(after), *about(model, after, [request, answer, *others, *new]))
        yield name, [*before, condition], True if name.endswith(ENDS) else z3.Not(kept)


def about(model, state, messages):
    return [model.holds_of_request(state, m) if isinstance(m, Request) else model.holds_of_answer(state, m)
            for m in messages]


def unproved(model, assumption):
    """The steps that break the invariant."""
    return [name for name, comes, breaks in obligations(model) if solve([assumption, *comes, breaks]) is not None]


def possible(model, assumption):
    """The steps that can happen at all, so that the statements about them are not empty."""
    return {name for name, comes, _ in obligations(model) if solve([assumption, *comes]) is not None}


def play(model, assumption, script):
    """Moments for the steps of a script, as text, or None if there are none. A step is a name, and which of the
    requests or answers so far it is about."""
    state = model.login(z3.RealVal(0))
    requests, answers, constraints, moments = [], [], [assumption], []
    for number, (name, *index) in enumerate(script):
        now, clock = z3.Reals(f"now{number} clock{number}")
        constraints.append(now >= state.now)
        state = state._replace(now=now)
        request, answer = (chosen[index[0]] if index and index[0] < len(chosen) else unused
                           for chosen, unused in ((requests, any_request("no")), (answers, any_answer("no"))))
        taken = [step for step in model.steps(state, request, answer, clock, now) if step[0] == name]
        constraints.append(z3.Or(*[step[1] for step in taken]))
        _, _, state, new = taken[0]
        requests += [m for m in new if isinstance(m, Request)]
        answers += [m for m in new if isinstance(m, Answer)]
        moments.append((now, name, request.k if name.startswith("a request") else state.held))
    found = solve(constraints)
    return found and [f"{decimal(found, now)} s, token {found.eval(k, True)}: {name}" for now, name, k in moments]


def decimal(found, term):
    value = found.eval(term, True)
    return f"{value.numerator_as_long() / value.denominator_as_long():.3f}"


def solve(constraints):
    solver = z3.Solver()
    solver.add(*PARAMETERS, *constraints)
    verdict = solver.check()
    if verdict == z3.unknown:
        raise RuntimeError(solver.reason_unknown())
    return solver.model() if verdict == z3.sat else None
