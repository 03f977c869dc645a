"""Nadir from the outside: numbers and files that others published."""
