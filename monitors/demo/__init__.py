"""An invented country: its data files, and what its invented outlets would have published. Start at __main__."""
