"""What the minimizer is worth: sizes, times and proofs on circuits of any origin, beside ABC alone."""

from nor2hdl.benchmark._minimizer import ALONE, CircuitBench, Failure, Line, bench_all, bench_circuit

__all__ = ["ALONE", "CircuitBench", "Failure", "Line", "bench_all", "bench_circuit"]
