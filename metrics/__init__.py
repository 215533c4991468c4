"""What the articles mean. Imports feeds."""
