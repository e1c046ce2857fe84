"""Bringing in sheets of departments, work groups, enterprises and people: all rows or none."""

from service.organizations.actions.importing.enterprises import import_enterprises
from service.organizations.actions.importing.people import import_people
from service.organizations.actions.importing.structure import import_departments, import_work_groups

__all__ = ["import_departments", "import_enterprises", "import_people", "import_work_groups"]
