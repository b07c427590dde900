//! Challenges: puzzles that the search judges.
