"""Look at a compiled circuit: its parts, one neuron as a gate, and the netlist as a networkx graph.

Run it after a build: ``python examples/inspect_netlist.py digits-build``
"""

import sys
from pathlib import Path

import networkx as nx

from nor2hdl.netlist import find_net, net_name, read_netlist, statistics

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "digits-build")
net = read_netlist(folder / "netlist.nor")
facts = statistics(net)
print(f"{facts.gates} gates, {facts.pins} pins, {facts.depth} levels; by part: {dict(facts.parts)}")

neuron = next(n for n in range(net.first_gate, net.num_nets) if net.origin(n).startswith("layer0/neuron"))
literals = [net_name(net, f) for f in net.fanin(neuron).tolist()]
print(f"{net.origin(neuron)} is {net_name(net, neuron)} = nor({', '.join(literals)})")

output = find_net(net, "cls[0]")
print(f"the cone of cls[0] has {net.cone(output).num_gates} gates")

graph = net.to_networkx()
print(f"as a graph: {graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges")
print(f"longest path: {nx.dag_longest_path_length(graph)} edges")
source = next(n for n in nx.ancestors(graph, output) if graph.nodes[n]["kind"] == "input")
print("a path:", " -> ".join(net_name(net, n) for n in net.path(source, output)))
