"""What is allowed and what follows: pure functions on plain values; no database, no Flask, no clock."""
