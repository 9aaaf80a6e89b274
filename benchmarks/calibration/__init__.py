"""How often the verdict is right, in simulated worlds whose truth is known."""
