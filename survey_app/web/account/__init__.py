"""Signing in and out, by Flask-Security under our layouts."""
