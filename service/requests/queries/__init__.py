"""Questions about requests: who sees one, one of them, lists, search, its timeline."""
