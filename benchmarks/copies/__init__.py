"""Articles with copies among them, and the programs that look for the copies."""
