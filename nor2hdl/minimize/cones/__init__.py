"""Small functions: truth tables, espresso covers, factoring, and the best structure found."""
