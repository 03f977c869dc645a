"""Is every word of the rules pinned by a story? Each number, limit, action and name is changed, one at a time."""
