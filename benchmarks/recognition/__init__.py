"""Whether people are told apart: how well, whether alike for everybody, and what the engine takes from measurement."""
