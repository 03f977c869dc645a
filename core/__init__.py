"""Nadir: lab monitoring for rheumatology clinics. Rules are data, every answer has three values."""
