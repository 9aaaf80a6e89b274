"""The web process stays small: it never loads the analysis or what the analysis needs."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ["analysis", "numpy", "pandas", "plotly", "pyarrow", "scipy", "statsmodels", "survey_app.analysis_bridge"]
SERVE = """
import json, sys
from wsgi import app
client = app.test_client()
answers = [client.get(path).status_code for path in ("/", "/livez", "/readyz", "/nowhere")]
print(json.dumps({"answers": answers, "loaded": sorted(sys.modules)}))
"""


def test_serving_pages_loads_nothing_heavy(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path), "APP_ENV": "test"}
    result = subprocess.run(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    served = json.loads(result.stdout.splitlines()[-1])
    assert served["answers"][1] == 200
    assert [name for name in HEAVY if name in served["loaded"]] == []


def test_the_analysis_loads_without_flask():
    code = "import sys, analysis; print([m for m in ('flask', 'sqlalchemy', 'survey_app') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
