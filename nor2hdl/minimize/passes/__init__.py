"""The passes: each a function from netlist to netlist, exact and near-linear."""
