"""Shows and hands out. Imports metrics and feeds; computes nothing."""
