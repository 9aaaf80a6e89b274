"""Firms, studies and links for tests, made through the ordinary actions."""
