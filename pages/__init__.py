"""The screens. Every file but shell.py only defines functions; see shell.py for why."""
