"""A new import goes where isort would put it, once, and never between lines that belong together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dblint.facts.import_layout import import_layout
from dblint.finding import Remedy
from dblint.intent import AddImport
from dblint.rewrite.text import apply
from dblint.rewrite.write import fix
from dblint.source import Source
from dblint.syntax.python import Tree

CASES = {
    "x = 1\n": "import os\n\nx = 1\n",
    "": "import os\n",
    'x = "a"\n': 'import os\n\nx = "a"\n',
    '"""Doc."""\n': '"""Doc."""\n\nimport os\n',
    '"""Doc."""\n\nx = 1\n': '"""Doc."""\n\nimport os\n\nx = 1\n',
    "# licence\n\nx = 1\n": "# licence\n\nimport os\n\nx = 1\n",
    "from __future__ import annotations\n\nx = 1\n": "from __future__ import annotations\n\nimport os\n\nx = 1\n",
    "import ast\nimport sys\n": "import ast\nimport os\nimport sys\n",
    "import ast\nfrom pathlib import Path\n": "import ast\nimport os\nfrom pathlib import Path\n",
    "import pytest\n": "import os\n\nimport pytest\n",
    "import ast\n\nimport pytest\n": "import ast\nimport os\n\nimport pytest\n",
    "import ast\n": "import ast\nimport os\n",
    "from __future__ import annotations\n\nimport pytest\n": (
        "from __future__ import annotations\n\nimport os\n\nimport pytest\n"
    ),
    "import ast  # why\nx = 1\n": "import ast  # why\nimport os\nx = 1\n",
    "import os\n": "import os\n",
    "import os.path\n": "import os.path\n",
    "import os as system\n\nx = 1\n": "import os\nimport os as system\n\nx = 1\n",
    "import ast; import sys\n\nx = 1\n": "import os\n\nimport ast; import sys\n\nx = 1\n",
    "import ast\r\nx = 1\r\n": "import ast\r\nimport os\r\nx = 1\r\n",
}


def imported(text: str, *modules: str) -> str:
    source = Source("tests/test_a.py", text)
    layout = import_layout(Tree(source))
    made = fix(
        Remedy("Import", "safe", tuple(AddImport(source.path, layout, one) for one in modules)), {source.path: source}
    )
    return text if made is None else apply(text, made.edits)


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_an_import_goes_where_it_belongs(text: str, expected: str) -> None:
    assert imported(text, "os") == expected


def test_several_at_one_place_and_one_twice() -> None:
    assert imported("x = 1\n", "os", "asyncio", "os") == "import asyncio\nimport os\n\nx = 1\n"
    assert imported("import pytest\n", "os", "asyncio") == "import asyncio\nimport os\n\nimport pytest\n"
    assert imported("import ast\n", "os", "sys") == "import ast\nimport os\nimport sys\n"


@pytest.mark.parametrize("text", [text for text in CASES if "\r" not in text and ";" not in text])
def test_ruff_has_nothing_to_sort_afterwards(text: str, tmp_path: Path) -> None:
    def sorted_already(given: str) -> bool:
        command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I001", "--quiet", "-"]
        return subprocess.run(command, input=given, text=True, cwd=tmp_path, capture_output=True).returncode == 0

    assert sorted_already(imported(text, "os")) >= sorted_already(text)
