"""`python -m service` is `servicedesk`."""

from service.commands import main

main()
