"""What the maintainers run from time to time: pictures and screen timings. Nothing the clinic's program imports."""
