"""An open benchmark: a made-up clinic with planted truths, replayed day by day, for Nadir and two simple baselines."""
