"""What the district offers: service items, their forms and promises, the routing rules and the calendar."""
