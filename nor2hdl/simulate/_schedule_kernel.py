"""The loops that turn a netlist into a schedule; importing this module loads numba: `_schedule` does it late.

A *node* is what a schedule works on: node 0 is constant false, then come the input bits, then operations of
two operands. An operand is a literal, ``2 * node + 1`` for the complement of a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Bools = NDArray[np.bool_]


FAR = 4096
"""Operations after which a slot is taken to have left the second-level cache."""


@jit
def translate(first: int, offsets: Longs, fanins: Ints, live: Bools) -> tuple[Ints, Ints]:
    """Return the operands of every operation, int32 [operations, 2], and the literal of every net.

    `live` marks the nets that are wanted; those that they depend on are marked besides, and the rest get no
    operation. A gate of ``k`` fan-ins becomes ``k - 1`` ORs: its net is the complement of the last one, and
    inverters cost nothing.
    """
    gates = len(offsets) - 1
    size = 0
    for g in range(gates - 1, -1, -1):
        if live[first + g]:
            size += max(offsets[g + 1] - offsets[g] - 1, 0)
            for pin in range(offsets[g], offsets[g + 1]):
                live[fanins[pin]] = True
    operands = np.empty((size, 2), np.int32)
    literals = np.zeros(first + gates, np.int32)
    for net in range(first):
        literals[net] = 2 * net
    made = 0
    for g in range(gates):
        if not live[first + g]:
            continue
        begin, end = offsets[g], offsets[g + 1]
        literal = literals[fanins[begin]] if begin < end else 0
        for pin in range(begin + 1, end):
            operands[made, 0], operands[made, 1] = literal, literals[fanins[pin]]
            literal = 2 * (first + made)
            made += 1
        literals[first + g] = literal ^ 1
    return operands, literals


@jit
def _by_level(first: int, operands: Ints) -> tuple[Ints, Ints]:
    """Return the operations level by level, and the level of each."""
    size = len(operands)
    level = np.zeros(first + size, np.int32)
    for n in range(size):
        level[first + n] = 1 + max(level[operands[n, 0] >> 1], level[operands[n, 1] >> 1])
    place = np.zeros(level.max() + 2, np.int64)
    for n in range(size):
        place[level[first + n] + 1] += 1
    place = np.cumsum(place)
    sequence = np.empty(size, np.int32)
    for n in range(size):
        at = place[level[first + n]]
        sequence[at] = n
        place[level[first + n]] += 1
    return sequence, level[first:]


@jit
def _users(first: int, operands: Ints, sequence: Ints) -> tuple[Longs, Ints]:
    """Return, for every node, where its users begin in a list of operations, each in the order `sequence`."""
    start = np.zeros(first + len(operands) + 2, np.int64)
    for n in sequence:
        for side in range(2):
            start[(operands[n, side] >> 1) + 2] += 1
    start = np.cumsum(start)
    users = np.empty(2 * len(operands), np.int32)
    for n in sequence:
        for side in range(2):
            node = operands[n, side] >> 1
            users[start[node + 1]] = n
            start[node + 1] += 1
    return start, users


@jit
def chains(first: int, operands: Ints) -> Ints:
    """Order operations level by level, each level in chains of operations that share an operand.

    An operation thus reads at most one node that was not used just before, which is its second operand (the
    operands change sides where need be). Where a chain ends, another one starts at the node that was used
    last among those that have users left.
    """
    sequence, level = _by_level(first, operands)
    cursor, users = _users(first, operands, sequence)
    ends = cursor[1:].copy()
    order = np.empty(len(operands), np.int32)
    done = np.zeros(len(operands), np.bool_)
    stack = np.empty(2 * len(operands) + 2, np.int32)
    made = 0
    for start in sequence:
        if done[start]:
            continue
        top = 0
        n = start
        while n >= 0:
            done[n] = True
            order[made] = n
            made += 1
            if top and operands[n, 1] >> 1 == stack[top - 1]:
                operands[n, 0], operands[n, 1] = operands[n, 1], operands[n, 0]
            elif not top:
                stack[0] = operands[n, 0] >> 1
                top = 1
            stack[top] = operands[n, 1] >> 1
            top += 1
            n = -1
            while top and n < 0:
                node = stack[top - 1]
                while cursor[node] < ends[node] and done[users[cursor[node]]]:
                    cursor[node] += 1
                if cursor[node] < ends[node] and level[users[cursor[node]]] == level[start]:
                    n = users[cursor[node]]
                else:
                    top -= 1
    return order


@jit
def cones(first: int, operands: Ints, roots: Ints) -> Ints:
    """Order operations depth first from `roots`, so that each comes right after what it depends on."""
    order = np.empty(len(operands), np.int32)
    done = np.zeros(first + len(operands), np.bool_)
    done[:first] = True
    stack = np.empty(len(operands) + 2, np.int32)
    made = 0
    for root in roots:
        top = 1
        stack[0] = root >> 1
        while top:
            node = stack[top - 1]
            n = node - first
            if done[node]:
                top -= 1
            elif not done[operands[n, 0] >> 1]:
                stack[top] = operands[n, 0] >> 1
                top += 1
            elif not done[operands[n, 1] >> 1]:
                stack[top] = operands[n, 1] >> 1
                top += 1
            else:
                done[node] = True
                order[made] = n
                made += 1
    return order


@jit
def allocate(
    inputs: Ints, first: int, operands: Ints, order: Ints, pinned: Bools
) -> tuple[Ints, Ints, int, int]:
    """Give every node a slot, one for several nodes where their lives do not overlap.

    Returns the operations in `order`, int32 [operations, 3]: both operands and the destination, each a slot
    or, for the complement, ``~slot``; the slot of every node; the number of slots; and how many second
    operands come from a slot that the last `FAR` operations did not touch. Constant false keeps slot 0, the
    input bits `inputs` get those after it, and `pinned` nodes keep theirs to the end. A destination is the
    slot that fell free last, which is still in the cache: mostly that of an operand.
    """
    nodes = first + len(operands)
    touched = np.zeros(nodes, np.int32)  # by slot
    far = 0
    last = np.full(nodes, -1, np.int32)
    for k in range(len(order)):
        for side in range(2):
            last[operands[order[k], side] >> 1] = k
    slot = np.zeros(nodes, np.int32)
    for i in range(len(inputs)):
        slot[1 + inputs[i]] = 1 + i
    used = 1 + len(inputs)
    operations = np.empty((len(order), 3), np.int32)
    free = np.empty(nodes, np.int32)
    top = 0
    for k in range(len(order)):
        n = order[k]
        for side in range(1, -1, -1):
            node = operands[n, side] >> 1
            far += side == 1 and k - touched[slot[node]] > FAR
            touched[slot[node]] = k
            operations[k, side] = slot[node] ^ -(operands[n, side] & 1)
            if last[node] == k and node and not pinned[node]:
                free[top] = slot[node]
                top += 1
                last[node] = -1  # an operation may read a node twice
        if top:
            top -= 1
            slot[first + n] = free[top]
        else:
            slot[first + n] = used
            used += 1
        operations[k, 2] = slot[first + n]
        touched[slot[first + n]] = k
        if last[first + n] < 0 and not pinned[first + n]:  # nobody reads it: the next one takes its slot
            free[top] = slot[first + n]
            top += 1
    return operations, slot, used, far
