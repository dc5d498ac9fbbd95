"""The inner loops over care samples; importing this module loads numba, so others do it late."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Words = NDArray[np.uint64]


class Arrays(NamedTuple):
    """A graph that changes in place, the value of every node on every sample, and room to work in.

    A row of words holds one bit a sample. The users of a node hang in a list: ``2 * user + side``, from
    `head` on through `after`; entries that are out of date are left in and skipped.
    """

    first: int  # the first AND
    pins: Ints  # [nodes, 2] literals, as in Graph
    outputs: Ints  # [output bits] literals
    uses: Ints  # [nodes] pins and outputs that read a node; an AND without is gone
    head: Ints  # [nodes]
    after: Ints  # [2 * nodes]
    values: Words  # [nodes, W]
    want: Words  # [output bits, W]
    valid: Words  # [W] 0 for bits past the last sample of a set
    right: Words  # [W] samples whose outputs are all as wanted
    flipped: Words  # [W] the same, were one node the other way round
    loss: Words  # [care words, which come first]
    scratch: Words  # [nodes, W] new rows of changed nodes
    slot: Ints  # [nodes] a node's row in scratch, -1 for none
    waiting: NDArray[np.uint8]  # [nodes]
    changed: Ints  # [nodes] the nodes of the rows of scratch
    stack: Ints  # [nodes]
    queue: Ints  # [2 * nodes]


@jit
def _ones(x: np.uint64) -> int:
    x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@jit
def _mask(literal: int) -> np.uint64:
    return np.uint64(0) - np.uint64(literal & 1)


@jit
def prepare(s: Arrays) -> None:
    """Fill `uses`, `head`, `after`, the values of the ANDs, and `right`."""
    s.uses[:] = 0
    s.head[:] = -1
    s.slot[:] = -1
    s.waiting[:] = 0
    for n in range(s.first, len(s.pins)):
        a, b = s.pins[n, 0], s.pins[n, 1]
        for side in range(2):
            v = s.pins[n, side] >> 1
            s.uses[v] += 1
            s.after[2 * n + side] = s.head[v]
            s.head[v] = 2 * n + side
        ra, rb, row = s.values[a >> 1], s.values[b >> 1], s.values[n]
        ma, mb = _mask(a), _mask(b)
        for w in range(len(row)):
            row[w] = (ra[w] ^ ma) & (rb[w] ^ mb)
    for o in s.outputs:
        s.uses[o >> 1] += 1
    _judge(s, s.right, len(s.right))


@jit
def _judge(s: Arrays, right: Words, end: int) -> None:
    for w in range(end):
        right[w] = s.valid[w]
    for j in range(len(s.outputs)):
        v, m = s.outputs[j] >> 1, _mask(s.outputs[j])
        row = s.scratch[s.slot[v]] if s.slot[v] >= 0 else s.values[v]
        want = s.want[j]
        for w in range(end):
            right[w] &= ~(row[w] ^ m ^ want[w])


@jit
def _wake(s: Arrays, n: int) -> int:
    """Mark the users of `n` that are not waiting yet; return how many."""
    count = 0
    c = s.head[n]
    while c >= 0:
        u = c >> 1
        if s.uses[u] > 0 and s.pins[u, c & 1] >> 1 == n and not s.waiting[u]:
            s.waiting[u] = 1
            count += 1
        c = s.after[c]
    return count


@jit
def _spread(s: Arrays, g: int, end: int) -> int:
    """Compute what changes, up to the word `end`, when `g` has the row ``scratch[0]``: that many nodes."""
    s.slot[g], s.changed[0] = 0, g
    used = 1
    count = _wake(s, g)
    i = g
    while count > 0:
        i += 1
        if not s.waiting[i]:
            continue
        s.waiting[i] = 0
        count -= 1
        a, b = s.pins[i, 0], s.pins[i, 1]
        ma, mb = _mask(a), _mask(b)
        va, vb = a >> 1, b >> 1
        ra = s.scratch[s.slot[va]] if s.slot[va] >= 0 else s.values[va]
        rb = s.scratch[s.slot[vb]] if s.slot[vb] >= 0 else s.values[vb]
        old, new = s.values[i], s.scratch[used]
        difference = np.uint64(0)
        for w in range(end):
            new[w] = (ra[w] ^ ma) & (rb[w] ^ mb)
            difference |= new[w] ^ old[w]
        if difference:
            s.slot[i], s.changed[used] = used, i
            used += 1
            count += _wake(s, i)
    return used


@jit
def flip(s: Arrays, g: int, end: int) -> None:
    """Find, up to the word `end`, the samples that are right when node `g` is the other way round on all.

    They are in `flipped`; the care samples among them that are wrong then and right now, in `loss`.
    """
    new, old = s.scratch[0], s.values[g]
    for w in range(end):
        new[w] = ~old[w]
    used = _spread(s, g, end)
    _judge(s, s.flipped, end)
    for j in range(used):
        s.slot[s.changed[j]] = -1
    for w in range(min(end, len(s.loss))):
        s.loss[w] = s.right[w] & ~s.flipped[w]


@jit
def assign(s: Arrays, g: int, literal: int) -> None:
    """Give node `g` the value of `literal`, and bring all that depends on it and `right` up to date."""
    new, source, m = s.scratch[0], s.values[literal >> 1], _mask(literal)
    for w in range(len(new)):
        new[w] = source[w] ^ m
    used = _spread(s, g, len(new))
    for j in range(used):
        n = s.changed[j]
        old, new = s.values[n], s.scratch[j]
        for w in range(len(old)):
            old[w] = new[w]
        s.slot[n] = -1
    _judge(s, s.right, len(s.right))


@jit
def _release(s: Arrays, g: int, undo: bool) -> int:
    """Take `g`, which nothing reads, out of the counts of uses; return how many ANDs go with it."""
    s.stack[0] = g
    top, done = 1, 0
    while done < top:
        n = s.stack[done]
        done += 1
        for side in range(2):
            v = s.pins[n, side] >> 1
            s.uses[v] -= 1
            if s.uses[v] == 0 and v >= s.first:
                s.stack[top] = v
                top += 1
    if undo:
        for j in range(top):
            for side in range(2):
                s.uses[s.pins[s.stack[j], side] >> 1] += 1
    return top


@jit
def saving(s: Arrays, g: int, literal: int) -> int:
    """Return about how many ANDs go when `literal` takes the place of node `g`; never too many."""
    h = literal >> 1
    s.uses[h] += 1
    saved = _release(s, g, True)
    s.uses[h] -= 1
    c = s.head[g]
    while c >= 0:
        u, side = c >> 1, c & 1
        if s.uses[u] > 0 and s.pins[u, side] >> 1 == g and (h == 0 or s.pins[u, 1 - side] >> 1 == h):
            saved += 1
        c = s.after[c]
    return saved


@jit
def _trivial(a: int, b: int) -> int:
    """Return the literal that ``a & b`` is equal to, -1 for none."""
    if a == 0 or b == 1 or a ^ b == 0:
        return a
    if a == 1 or b == 0:
        return b
    return 0 if a ^ b == 1 else -1


@jit
def replace(s: Arrays, g: int, literal: int) -> int:
    """Put `literal` in the place of node `g`, fold what becomes trivial; return how many ANDs go."""
    saved = 0
    top = 0
    while True:
        h, last, c = literal >> 1, -1, s.head[g]
        while c >= 0:
            u, side = c >> 1, c & 1
            if s.uses[u] > 0 and s.pins[u, side] >> 1 == g:
                s.pins[u, side] = literal ^ (s.pins[u, side] & 1)
                s.uses[g] -= 1
                s.uses[h] += 1
                if _trivial(s.pins[u, 0], s.pins[u, 1]) >= 0:
                    s.queue[top] = u
                    top += 1
            last, c = c, s.after[c]
        if last >= 0:
            s.after[last], s.head[h], s.head[g] = s.head[h], s.head[g], -1
        for j in range(len(s.outputs)):
            if s.outputs[j] >> 1 == g:
                s.outputs[j] = literal ^ (s.outputs[j] & 1)
                s.uses[g] -= 1
                s.uses[h] += 1
        saved += _release(s, g, False)
        while top > 0 and s.uses[s.queue[top - 1]] == 0:
            top -= 1
        if top == 0:
            return saved
        top -= 1
        g = s.queue[top]
        literal = _trivial(s.pins[g, 0], s.pins[g, 1])


@jit
def damage(s: Arrays, g: int, literal: int, end: int) -> int:
    """Return how many care samples, up to the word `end`, turn wrong with `literal` in the place of `g`."""
    own, row, m = s.values[g], s.values[literal >> 1], _mask(literal)
    total = 0
    for w in range(end):
        total += _ones((own[w] ^ row[w] ^ m) & s.loss[w])
    return total


@jit
def balance(s: Arrays, g: int, literal: int, begin: int, end: int) -> int:
    """Return how many more samples of the words from `begin` to `end` are right with `literal` for `g`."""
    own, row, m = s.values[g], s.values[literal >> 1], _mask(literal)
    total = 0
    for w in range(begin, end):
        changed = own[w] ^ row[w] ^ m
        total += _ones(changed & s.flipped[w]) - _ones(changed & s.right[w])
    return total


@jit
def nearest(s: Arrays, g: int, index: NDArray[np.int64], bound: int) -> int:
    """Find what may stand in for node `g` with the least damage: the literal of a node before it.

    Parameters
    ----------
    s
        The graph, `loss` filled for `g`.
    g
        An AND.
    index
        The words in which `loss` has a bit; it is quickest when those with the most come first.
    bound
        Only a damage below this counts.

    Returns
    -------
    int
        The literal, -1 for none; of several the first, plain before complemented.
    """
    own = s.values[g]
    found = -1
    for h in range(1, g):
        if s.uses[h] == 0:
            continue
        row = s.values[h]
        plain, complemented = 0, 0
        for j in range(len(index)):
            w = index[j]
            loss = s.loss[w]
            differ = _ones((row[w] ^ own[w]) & loss)
            plain += differ
            complemented += _ones(loss) - differ
            if plain >= bound and complemented >= bound:
                break
        if plain < bound:
            found, bound = 2 * h, plain
        if complemented < bound:
            found, bound = 2 * h + 1, complemented
        if bound == 0:
            break
    return found


@jit
def observe(s: Arrays, g: int, leaves: Ints, table: NDArray[np.int8]) -> None:
    """Find what node `g` is for each pattern of values on its leaves that some care sample shows.

    Parameters
    ----------
    s
        The graph.
    g
        An AND whose value is a function of the leaves.
    leaves : int32 [n]
        Nodes.
    table : int8 [2 ** n]
        Set to 0 or 1 for each pattern seen, bit ``i`` of which is leaf ``i``, and to -1 for the others.
    """
    unseen = np.arange(len(table))
    left = len(unseen)
    table[:] = -1
    for w in range(len(s.loss)):
        j = 0
        while j < left:
            pattern = unseen[j]
            where = s.valid[w]
            for i in range(len(leaves)):
                value = s.values[leaves[i], w]
                where &= value if pattern >> i & 1 else ~value
                if where == 0:
                    break
            if where:
                table[pattern] = 1 if where & s.values[g, w] else 0
                left -= 1
                unseen[j] = unseen[left]
            else:
                j += 1
        if left == 0:
            break
