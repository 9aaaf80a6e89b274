"""The disclosure audit: what of the chosen tables may be shown, so that nobody can be worked out from them."""
