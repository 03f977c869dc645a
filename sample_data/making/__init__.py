"""How the sample clinic is made up: names, charts, stories. Nothing here describes a real person."""
