"""Long proofs that are no part of the tests: many rows, many requests, many hours."""
