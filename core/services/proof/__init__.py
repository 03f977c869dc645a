"""What stands behind one alert, part by part: facts, comparison, clauses, notes, and the text made of them."""
