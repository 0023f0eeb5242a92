"""What things are: papers, mentions, claims, runs, and the DuckDB file that keeps them."""
