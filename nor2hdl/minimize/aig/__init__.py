"""Netlists as two-input ANDs, and the kernels that rewrite them: what the larger passes stand on."""
