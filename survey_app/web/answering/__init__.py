"""Pages of questions, the same for customers and shoppers."""
