"""What every result says of itself, whatever its form."""

VERSION = "0.1.0"
RESEARCH_USE = "Research use only. Not a medical device."
