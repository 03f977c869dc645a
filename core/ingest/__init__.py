"""Bytes in, facts or refusals out: reading what a clinic sends, and settling it with what is stored; never a guess."""
