"""Pure calculations with published equations: one patient's numbers or a whole column of them, the same code."""
