"""Everything that changes the organization and its people, each change with its event."""
