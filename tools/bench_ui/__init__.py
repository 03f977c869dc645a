"""The speed of the screens on a clinic of ten thousand, in a real browser: `make bench-ui`."""
