"""One module per kind of rule: how its condition is found in a cohort."""
