"""The rotation rule: RotationRules.cs again, over numbers or over z3's terms. A test compares the two on a grid."""
import itertools
import json
from collections import namedtuple

import z3

Row = namedtuple("Row", "seen first last before issued")


def decide(row, k, clock, W, Q, limit=None):
    """The cells in the order in which they are checked: (name, condition, the row afterwards, the answer). `limit` is
    how many late retries a token gets; None is no limit."""
    seen, first, last, before, issued = row
    within = both(clock - issued < W, issued - clock < W)
    late = k == seen if limit is None else both(k == seen, last - first < limit)
    rotated = Row(k, last + 1, last + 1, seen, clock)
    return [
        ("RolledBack", k > last, row, None),
        ("Hold", both(k == last, within), row, k),
        ("Rotate", k >= first, rotated, last + 1),
        ("Quiet", both(late, within, clock - issued >= W - Q), row, None),
        ("Replay", both(k == seen, within), row, last),
        ("LateRetry", late, row._replace(last=last + 1, issued=clock), last + 1),
        ("Superseded", both(k == before, within), row, None),
        ("Reuse", True, row, None),
    ]


def both(*conditions):
    return all(conditions) if all(isinstance(c, bool) for c in conditions) else z3.And(*conditions)


def first_match(cells):
    """Each cell with its full condition: its own condition, and none of the conditions before it."""
    earlier = []
    for name, condition, row, answer in cells:
        yield name, z3.And(condition, *[z3.Not(c) for c in earlier]), row, answer
        earlier.append(condition)


def print_grid(W=9, Q=3):
    """Every row, token, age and limit of a grid, as lines of JSON."""
    rows = [(0, 1, 1, 0), (0, 1, 2, 0), (1, 2, 2, 0), (2, 3, 3, 1), (2, 3, 5, 1), (4, 6, 7, 2), (5, 6, 9, 4)]
    for row, age, limit in itertools.product(rows, range(-W - 2, 2 * W), (None, 0, 1, 2, 3)):
        seen, first, last, before = row
        for k in range(last + 3):
            cells = decide(Row(seen, first, last, before, 0), k, age, W, Q, limit)
            cell, _, after, answer = next(cell for cell in cells if cell[1])
            print(json.dumps({
                "Window": W, "Row": [seen, first, last, before, 0], "Presented": k, "Age": age,
                "Limit": limit, "Cell": cell, "Next": [after.seen, after.first, after.last, after.before, after.issued],
                "Answer": answer or 0}))
