"""The freshness calendar: which days each board entered in time, late, quietly, or not at all."""
