"""Inductive invariants of the rotation rule: no bound on time, on the number of messages, or on the window.

    /usr/bin/python3 prove.py          proves them (Debian's python3-z3); exits with 1 where one does not hold
    /usr/bin/python3 prove.py grid     the rule as it is written here, on a grid, as lines of JSON
"""
import sys

import client
import jar
import rule
import timed_jar
from proof import A, D, H, Q, S, T, W, play, possible, unproved
from z3 import And, Not

PROVED = [
    (client, "one client: request + clock difference < window", D + S < W),
    (client, "one client, one clock: request <= window + gap", And(S == 0, D <= W + Q)),
    # The service's gap is a third of the window, or less.
    (jar, "a jar: request + answer + clock difference <= gap", And(D + A + S <= Q, 3 * Q <= W)),
    (timed_jar, "a jar with a time-out: 2 time-outs + clock difference <= gap, request + clock difference < window",
     And(2 * T + S <= Q, D + S < W, Not(H))),
    (timed_jar, "a jar with a time-out, one clock: 2 time-outs <= gap, request + time-out <= window + gap",
     And(S == 0, 2 * T <= Q, D + T <= W + Q, Not(H))),
    (timed_jar, "a jar with a time-out, holds too: 2 time-outs + clock difference <= gap, "
     "request + time-out + clock difference < window", And(2 * T + S <= Q, D + T + S < W, 3 * Q <= W, H)),
]

# All of these steps happen within the bounds.
STEPS = {f"a request arrives: {cell}" for cell in ("Hold", "Rotate", "Replay", "Quiet", "LateRetry")}

# Beyond the bounds there are sequences of steps that end the session.
BROKEN = [
    (client, "one client, one clock: request > window + gap", And(S == 0, W == 30, Q == 10, D == 41), client.TOO_LATE),
    (client, "one client, no gap: request > window", And(S == 0, W == 30, Q == 0, D == 31), client.TOO_LATE),
    (client, "one client: clock difference > gap, request + clock difference = window", And(W == 30, Q == 2, S == 3, D == 27),
     client.CLOCKS_APART),
    (jar, "a jar: no gap", And(S == 0, W == 30, Q == 0, D == 0.1, A == 0.1, T == 10), jar.WRONG_ONE),
    (jar, "a jar: request + answer > gap", And(S == 0, W == 30, Q == 10, D == 6, A == 4.5, T == 30), jar.WRONG_ONE),
    (timed_jar, "a jar with a time-out, one clock: 2 time-outs > gap",
     And(S == 0, W == 30, Q == 10, D == 29, A == 30, T == 5.5, Not(H)), timed_jar.WRONG_ONE),
    (timed_jar, "a jar with a time-out: 2 time-outs = gap, clock difference > 0",
     And(S == 0.5, W == 30, Q == 10, D == 29, A == 30, T == 5, Not(H)), timed_jar.WRONG_ONE),
    (timed_jar, "a jar with a time-out, one clock: request + time-out > window + gap",
     And(S == 0, W == 30, Q == 10, D == 35.5, A == 30, T == 5, Not(H)), timed_jar.TOO_LATE),
    (timed_jar, "a jar with a time-out, holds too, one clock: request + time-out > window",
     And(S == 0, W == 30, Q == 10, D == 25.5, A == 30, T == 5, H), timed_jar.PUT_BACK),
]


def main():
    held = True
    for model, name, assumption in PROVED:
        left = unproved(model, assumption)
        print(f"{name}: {'proved' if not left else 'NOT PROVED at ' + ', '.join(left)}")
        held &= not left and STEPS <= possible(model, assumption) and unproved(model, Not(assumption)) != []
    for model, name, assumption, script in BROKEN:
        moments = play(model, assumption, script)
        print(f"{name}: {'can end the session' if moments else 'NO COUNTEREXAMPLE'}")
        print("".join(f"    {moment}\n" for moment in moments or []), end="")
        held &= moments is not None
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(rule.print_grid() if sys.argv[1:] == ["grid"] else main())
