"""From the wire to the archive. Imports nothing of ours."""
