"""What `make bench` and `make calibrate` run."""
