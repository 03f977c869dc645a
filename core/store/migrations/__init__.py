"""How an older store becomes today's: one numbered file per change, never edited once released."""
