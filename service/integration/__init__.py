"""How other systems follow what happens here."""
