"""What a process loads before it answers."""

import subprocess
import sys
from pathlib import Path


def test_no_process_loads_the_table_of_pinyin_before_it_names_a_unit() -> None:
    """It takes 50 MB and a fifth of the time in which the service starts."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, service.app, service.worker; print(*sys.modules)"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "service.organizations.rules.names" in loaded
    assert "pypinyin" not in loaded
