"""A labelled set of lines: real credentials of every form, and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.secrets.made import made_secret

_SECRET = re.compile(r"\{\{(?P<kind>[\w-]+)\}\}")

RDS = "orders.{{ref-rds}}.eu-west-1.rds.amazonaws.com"
NEON = "ep-cool-{{ref-neon}}.eu-central-1.aws.neon.tech"
SUPABASE = "db.{{ref-supa}}.supabase.co"

EMULATOR = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="

REAL_PYTHON = {
    "postgresql": f'DSN = "postgresql://app:{{{{password-1}}}}@{RDS}:5432/orders"',
    "postgres": f'URL = "postgres://postgres:{{{{password-2}}}}@{SUPABASE}:5432/postgres"',
    "driver": f'URL = "postgresql+asyncpg://app:{{{{password-3}}}}@{NEON}/orders?ssl=require"',
    "neon password": f'URL = "postgresql://neondb_owner:{{{{npg-1}}}}@{NEON}/neondb"',
    "mysql": f'URL = "mysql+pymysql://root:{{{{password-4}}}}@{RDS}/orders"',
    "mariadb": 'URL = "mariadb://app:{{password-5}}@db.orders-shop.io/orders"',
    "mongodb+srv": 'URI = "mongodb+srv://app:{{password-6}}@cluster0.{{ref-m}}.mongodb.net/?retryWrites=true"',
    "mongodb": 'URI = "mongodb://app:{{password-7}}@mongo1.orders-shop.io:27017,mongo2.orders-shop.io:27017/x"',
    "redis": 'URL = "redis://default:{{password-8}}@eu1-{{ref-u}}.upstash.io:6379"',
    "rediss without user": 'URL = "rediss://:{{password-9}}@redis-12345.c1.eu-west-1-1.ec2.redns.redis-cloud.com:12345"',
    "amqps": 'BROKER = "amqps://app:{{password-10}}@crane.rmq.cloudamqp.com/app"',
    "mssql": 'URL = "mssql+pyodbc://sa:{{password-11}}@orders-{{ref-s}}.database.windows.net/db?driver=x"',
    "snowflake": 'URL = "snowflake://loader:{{password-12}}@{{ref-w}}.eu-west-1.snowflakecomputing.com/db"',
    "snowflake account": 'URL = "snowflake://loader:{{password-13}}@xk29185/db"',
    "cockroachdb": 'URL = "cockroachdb://app:{{password-14}}@free-{{ref-c}}.cockroachlabs.cloud:26257/defaultdb"',
    "clickhouse": 'URL = "clickhouse://default:{{password-15}}@{{ref-h}}.eu-central-1.aws.clickhouse.cloud:9440/x"',
    "neo4j": 'URL = "neo4j+s://neo4j:{{password-16}}@a1b2c3d4.databases.neo4j.io"',
    "bolt": 'URL = "bolt://neo4j:{{password-17}}@graph.orders-shop.io:7687"',
    "oracle": 'URL = "oracle+oracledb://app:{{password-18}}@adb.eu-frankfurt-1.oraclecloud.com:1522/x"',
    "redshift": 'URL = "redshift+psycopg2://app:{{password-19}}@dw.{{ref-r}}.eu-west-1.redshift.amazonaws.com:5439/dw"',
    "planetscale": 'URL = "mysql://app:{{pscale_pw-1}}@aws.connect.psdb.cloud/orders"',
    "databricks": 'URL = "databricks://token:{{dapi-1}}@adb-{{ref-d}}.azuredatabricks.net?http_path=/x"',
    "aiven": 'URL = "postgres://avnadmin:{{avns-1}}@pg-{{ref-a}}.aivencloud.com:12345/defaultdb"',
    "public address": 'URL = "postgresql://app:{{password-20}}@52.57.211.34/orders"',
    "weak but real": f'URL = "postgresql://app:Wintermoos2019@{RDS}/orders"',
    "weak and short": f'URL = "postgresql://app:kiwi7@{RDS}/orders"',
    "quoted characters": f'URL = "postgresql://app:%40{{{{password-21}}}}%2F@{RDS}/orders"',
    "an at sign": f'URL = "postgresql://app:a@{{{{password-22}}}}@{RDS}/orders"',
    "example-like host": 'URL = "postgresql://app:{{password-23}}@db.mycompany.com/orders"',
    "implicit join": f'URL = "postgresql://app:" "{{{{password-24}}}}" "@{RDS}/orders"',
    "join by plus": f'URL = "postgresql://app:" + "{{{{password-25}}}}" + "@{RDS}/orders"',
    "f-string with a late hole": f'URL = f"postgresql://app:{{{{password-26}}}}@{RDS}/{{name}}"',
    "f-string of constants": f'PW = "{{{{password-27}}}}"\nURL = f"postgresql://app:{{PW}}@{RDS}/orders"',
    "parentheses": f'URL = (\n    "postgresql://app:{{{{password-28}}}}"\n    "@{RDS}/orders"\n)',
    "bytes": f'URL = b"postgresql://app:{{{{password-29}}}}@{RDS}/orders"',
    "a longer text": f'NOTE = "connect with postgresql://app:{{{{password-30}}}}@{RDS}/orders and wait"',
    "docstring": f'def f():\n    """Reads postgresql://app:{{{{password-31}}}}@{RDS}/orders."""',
    "jdbc": f'URL = "jdbc:postgresql://{RDS}:5432/orders?user=app&password={{{{password-32}}}}"',
    "libpq": f'CONNINFO = "host={RDS} port=5432 user=app password={{{{password-33}}}} dbname=orders"',
    "libpq quoted": f"CONNINFO = \"host='{RDS}' user='app' password='{{{{password-34}}}}'\"",
    "odbc": 'C = "Driver={ODBC Driver 18};Server=tcp:x-{{ref-o}}.database.windows.net,1433;Uid=a;Pwd={{password-35}};"',
    "ado": f'C = "Host={RDS};Username=app;Password={{{{password-36}}}};Database=orders"',
    "arguments": f'psycopg.connect(host="{RDS}", user="app", password="{{{{password-37}}}}")',
    "pymysql arguments": f'pymysql.connect(host="{RDS}", user="app", passwd="{{{{password-38}}}}")',
    "dict": f'CONFIG = {{"host": "{RDS}", "user": "app", "password": "{{{{password-39}}}}"}}',
    "django": f'D = {{"default": {{"HOST": "{RDS}", "USER": "app", "PASSWORD": "{{{{password-40}}}}"}}}}',
    "names side by side": f'DB_HOST = "{RDS}"\nDB_PASSWORD = "{{{{password-41}}}}"',
    "setenv url": f'def test_x(patch):\n    patch.setenv("DATABASE_URL", "postgres://a:{{{{password-42}}}}@{RDS}/x")',
    "setenv password": 'def test_x(monkeypatch):\n    monkeypatch.setenv("PGPASSWORD", "{{password-43}}")',
    "environ": 'os.environ["PGPASSWORD"] = "{{password-44}}"',
    "patch.dict": f'with patch.dict(os.environ, {{"PGHOST": "{RDS}", "PGPASSWORD": "{{{{password-45}}}}"}}):\n    pass',
    "mysql_pwd": 'os.environ.update({"MYSQL_PWD": "{{password-46}}"})',
    "fixture": f'@pytest.fixture\ndef dsn():\n    return "postgresql://app:{{{{password-47}}}}@{RDS}/orders"',
    "parametrize": f'@pytest.mark.parametrize("dsn", ["redis://:{{{{password-48}}}}@{RDS}"])\ndef test_x(dsn): ...',
    "default": f'def connect(dsn="postgresql://app:{{{{password-49}}}}@{RDS}/orders"): ...',
    "a command": f'RUN = "PGPASSWORD={{{{password-51}}}} psql -h {RDS} -U app"',
    "snowflake arguments": 'snowflake.connector.connect(account="xk29185", warehouse="w", password="{{password-52}}")',
    "neo4j arguments": 'driver("neo4j+s://a1b2c3d4.databases.neo4j.io", auth=("neo4j", "{{password-53}}"))',
    "SQLAlchemy's parts": f'URL.create("postgresql", username="a", password="{{{{password-54}}}}", host="{RDS}")',
    "service key": 'KEY = "{{jwt-service_role}}"',
    "service key in a header": 'HEADERS = {"Authorization": "Bearer {{jwt-service_role}}"}',
    "service key joined": 'KEY = "{{jwt-service_role}}" + ""',
    "secret key": 'KEY = "{{sb_secret-1}}"',
    "management token": 'TOKEN = "{{sbp-1}}"',
    "planetscale token": 'TOKEN = "{{pscale-1}}"',
    "databricks token": 'TOKEN = "{{dapi-2}}"',
    "clickhouse key": 'KEY = "{{clickhouse-1}}"',
    "aws key": 'AWS_ACCESS_KEY_ID = "{{akia-1}}"',
    "neon key": 'KEY = "{{napi-1}}"',
    "cockroach key": 'KEY = "{{ccdb-1}}"',
    "atlas secret": 'KEY = "{{mdb_sa-1}}"',
    "cosmos": 'C = "AccountEndpoint=https://x.documents.azure.com:443/;AccountKey={{cosmos-1}};"',
    "azure redis": 'C = "orders.redis.cache.windows.net:6380,password={{azure_redis-1}},ssl=True"',
    "rds token": 'T = "db:5432/?Action=connect&DBUser=a&X-Amz-Signature={{hex-1}}"',
    "pem": 'KEY = """-----BEGIN PRIVATE KEY-----\n{{pem-1}}\n-----END PRIVATE KEY-----"""',
    "pem escaped": 'KEY = "-----BEGIN RSA PRIVATE KEY-----\\n{{pem-2}}\\n-----END RSA PRIVATE KEY-----\\n"',
    "broken code": f'URL = "postgresql://app:{{{{password-50}}}}@{RDS}/orders"\ndef (:',
}

REAL_FILES = {
    "tests/a.json": f'{{"url": "postgresql://app:{{{{password-60}}}}@{RDS}/orders"}}',
    "tests/b.json": f'{{"db": {{"host": "{RDS}", "password": "{{{{password-61}}}}"}}}}',
    "tests/c.json": '{"keys": ["{{sb_secret-2}}"]}',
    "config/d.yaml": f"database:\n  url: postgresql://app:{{{{password-62}}}}@{RDS}/orders\n",
    "config/e.yml": f"database:\n  host: {RDS}\n  password: '{{{{password-63}}}}'\n",
    "docker-compose.yml": f"services:\n  web:\n    environment:\n      - DATABASE_URL=postgres://a:{{{{password-64}}}}@{RDS}/x\n",
    "docker-compose.ci.yml": f"environment:\n  - PGHOST={RDS}\n  - PGPASSWORD={{{{password-65}}}}\n",
    "tests/f.toml": f'[database]\nurl = "postgresql://app:{{{{password-66}}}}@{RDS}/orders"\n',
    "tests/g.toml": f'database = {{ host = "{RDS}", password = "{{{{password-67}}}}" }}\n',
    "alembic.ini": f"[alembic]\nsqlalchemy.url = postgresql://app:{{{{password-68}}}}@{RDS}/orders\n",
    "tests/h.cfg": f"[db]\nhost = {RDS}\npassword = {{{{password-69}}}}\n",
    ".env.test": f"DATABASE_URL=postgresql://app:{{{{password-70}}}}@{RDS}/orders\n",
    "tests/.env": 'export SUPABASE_SERVICE_KEY="{{jwt-service_role}}"\n',
    ".pgpass": f"# host:port:db:user:password\n{RDS}:5432:orders:app:{{{{password-71}}}}\n",
    "my.cnf": f"[client]\nhost={RDS}\npassword={{{{password-72}}}}\n",
    "tests/seed.sql": f"SELECT dblink_connect('host={RDS} user=app password={{{{password-73}}}}');\n",
    "tests/fdw.sql": (
        f"CREATE SERVER o FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{RDS}');\n"
        "CREATE USER MAPPING FOR app SERVER o OPTIONS (user 'a', password '{{password-74}}');\n"
    ),
    "tests/i.properties": f"db.url=jdbc:mysql://{RDS}/x?user=a&password={{{{password-75}}}}\n",
    "pg_service.conf": f"[orders]\nhost={RDS}\npassword={{{{password-76}}}}\n",
    "tests/broken.yaml": f"{{{{% if x %}}}}\nurl: postgresql://app:{{{{password-77}}}}@{RDS}/orders\n",
}

HARMLESS_PYTHON = {
    "localhost": 'U = "postgresql://app:{{password-1}}@localhost:5432/x"',
    "127.0.0.1": 'U = "postgresql://app:{{password-1}}@127.0.0.1/x"',
    "::1": 'U = "postgresql://app:{{password-1}}@[::1]:5432/x"',
    "0.0.0.0": 'U = "postgresql://app:{{password-1}}@0.0.0.0/x"',
    "compose": 'U = "postgresql://app:{{password-1}}@db:5432/x"',
    "compose dashes": 'U = "redis://:{{password-1}}@redis-master:6379/0"',
    "10.x": 'U = "mysql://app:{{password-1}}@10.20.30.40/x"',
    "192.168.x": 'U = "mysql://app:{{password-1}}@192.168.1.7/x"',
    "172.16.x": 'U = "mysql://app:{{password-1}}@172.17.0.1/x"',
    "link-local": 'U = "mysql://app:{{password-1}}@169.254.10.10/x"',
    "RFC 5737": 'U = "mysql://app:{{password-1}}@203.0.113.7/x"',
    "specimen address": 'U = "mysql://app:{{password-1}}@1.2.3.4/x"',
    ".test": 'U = "postgresql://app:{{password-1}}@db.orders.test/x"',
    ".localhost": 'U = "postgresql://app:{{password-1}}@db.localhost/x"',
    ".example": 'U = "postgresql://app:{{password-1}}@db.example/x"',
    ".invalid": 'U = "postgresql://app:{{password-1}}@db.invalid/x"',
    ".local": 'U = "postgresql://app:{{password-1}}@nas.local/x"',
    ".internal": 'U = "postgresql://app:{{password-1}}@db.prod.internal/x"',
    "kubernetes": 'U = "postgresql://app:{{password-1}}@pg.orders.svc.cluster.local/x"',
    "docker host": 'U = "postgresql://app:{{password-1}}@host.docker.internal/x"',
    "example.com": 'U = "postgresql://app:{{password-1}}@db.example.com/x"',
    "example.org": 'U = "mongodb+srv://app:{{password-1}}@cluster.example.org/x"',
    "no password": f'U = "postgresql://app@{RDS}/x"',
    "empty password": f'U = "postgresql://app:@{RDS}/x"',
    "word password": f'U = "postgresql://user:password@{RDS}/x"',
    "pass": 'U = "postgresql://user:pass@host.com:5432/db"',
    "my words": f'U = "postgresql://app:mysecretpassword@{RDS}/x"',
    "camel words": f'U = "postgresql://app:TestPassword123@{RDS}/x"',
    "leet words": f'U = "postgresql://app:P@ssw0rd@{RDS}/x"',
    "s3cr3t": 'U = "postgresql://app:s3cr3t@db.orders-shop.io/x"',
    "hunter2": 'U = "postgresql://app:hunter2@db.orders-shop.io/x"',
    "changeme": f'U = "postgresql://app:changeme@{RDS}/x"',
    "tiger": 'U = "oracle://scott:tiger@db.orders-shop.io/x"',
    "xxxx": f'U = "postgresql://app:xxxxxxxx@{RDS}/x"',
    "stars": f'U = "postgresql://app:***@{RDS}/x"',
    "dots": f'U = "postgresql://app:...@{RDS}/x"',
    "123456": f'U = "postgresql://app:123456@{RDS}/x"',
    "abc123": f'U = "postgresql://app:abc123@{RDS}/x"',
    "postgres": f'U = "postgresql://postgres:postgres@{RDS}/x"',
    "user again": f'U = "postgresql://orders:orders@{RDS}/x"',
    "brackets": f'U = "postgresql://postgres:[YOUR-PASSWORD]@{SUPABASE}/postgres"',
    "angles": f'U = "postgresql://app:<password>@{RDS}/x"',
    "braces": 'U = "postgresql://{user}:{password}@{host}/x"',
    "percent": 'U = "postgresql://%(user)s:%(password)s@%(host)s/x"',
    "dollar": f'U = "postgresql://app:${{DB_PASSWORD}}@{RDS}/x"',
    "shell": f'U = "postgresql://app:$DB_PASSWORD@{RDS}/x"',
    "f-string": f'U = f"postgresql://app:{{password}}@{RDS}/x"',
    "f-string host": 'U = f"postgresql://app:{{password-1}}@{host}/x"',
    "formatted": f'U = "postgresql://app:{{}}@{RDS}/x".format(password)',
    "your project": 'U = "postgresql://postgres:{{password-1}}@db.your-project.supabase.co/postgres"',
    "example account": 'U = "postgresql://app:{{password-1}}@example.eu-west-1.rds.amazonaws.com/x"',
    "specimen host, short password": 'U = "postgresql://app:sesame1@db.mycompany.com/x"',
    "web address": 'U = "https://user:{{password-1}}@orders-shop.io/path"',
    "sqlite": 'U = "sqlite:////tmp/x.db?password=a"',
    "libpq at home": 'C = "host=localhost user=app password={{password-1}}"',
    "libpq placeholder": f'C = "host={RDS} user=app password=secret"',
    "libpq socket": 'C = "host=/var/run/postgresql user=app password={{password-1}}"',
    "odbc at home": 'C = "Server=localhost,1433;Uid=sa;Pwd={{password-1}};"',
    "odbc placeholder": 'C = "Server=tcp:orders.database.windows.net,1433;Uid=sa;Pwd={your_password_here};"',
    "arguments at home": 'psycopg.connect(host="localhost", password="{{password-1}}")',
    "arguments at run time": 'psycopg.connect(host=HOST, password=os.environ["PGPASSWORD"])',
    "arguments placeholder": f'psycopg.connect(host="{RDS}", password="test")',
    "a command at home": 'RUN = "PGPASSWORD={{password-1}} psql -h localhost -U app"',
    "a command with a variable": f'RUN = "PGPASSWORD=$PASSWORD psql -h {RDS} -U app"',
    "snowflake account of an example": 'connect(account="myaccount", user="a", password="{{password-1}}")',
    "a login": 'LOGIN = {"account": "bob-1984", "password": "{{password-1}}"}',
    "neo4j at home": 'driver("bolt://localhost:7687", auth=("neo4j", "{{password-1}}"))',
    "a famous password": 'U = "mysql://john:correcthorsebatterystaple@db.orders-shop.io/x"',
    "leet again": 'U = "redis://:sup3rs3cr3t@redis.orders-shop.io:6379"',
    "setenv placeholder": 'def test_x(monkeypatch):\n    monkeypatch.setenv("PGPASSWORD", "secret")',
    "setenv at home": 'with patch.dict(os.environ, {"PGHOST": "db", "PGPASSWORD": "{{password-1}}"}):\n    pass',
    "config object": 'env = {"PGPASSWORD": CFG.db_pass, "PGHOST": CFG.host}',
    "comparison": f'assert mask("x") == "postgresql://app:*****@{RDS}/x"',
    "regular expression": 'R = r"postgresql://[^:]+:[^@]+@[^/]+/"',
    "anon key": 'KEY = "{{jwt-anon}}"',
    "demo key": 'KEY = "{{jwt-demo}}"',
    "authenticated": 'KEY = "{{jwt-authenticated}}"',
    "broken token": 'KEY = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.not-a-signature-at-all"',
    "short secret key": 'KEY = "sb_secret_test"',
    "local secret key": 'KEY = "sb_secret_N7UND0UgjKTVK-" + "U" * 8',
    "publishable": 'KEY = "sb_publishable_{{ref-1}}_{{ref-2}}"',
    "aws example": 'K = "AKIAIOSFODNN7EXAMPLE"',
    "aws zeros": 'K = "AKIA0000000000000000"',
    "databricks zeros": 'K = "dapi00000000000000000000000000000000"',
    "databricks run": 'K = "dapi0123456789abcdef0123456789abcdef"',
    "planetscale words": 'K = "pscale_tkn_your_token_here_your_token_here_0000"',
    "emulator": f'K = "AccountKey={EMULATOR}"',
    "pem cut": 'K = "-----BEGIN PRIVATE KEY-----\\nMIIEvQ...\\n-----END PRIVATE KEY-----"',
    "pem words": 'K = "-----BEGIN RSA PRIVATE KEY-----\\nfake-key\\n-----END RSA PRIVATE KEY-----"',
    "pem test": 'TEST_KEY = """-----BEGIN PRIVATE KEY-----\n{{pem-3}}\n-----END PRIVATE KEY-----"""',
    "public key": 'K = """-----BEGIN PUBLIC KEY-----\n{{pem-4}}\n-----END PUBLIC KEY-----"""',
    "gitleaks": f'U = "postgresql://app:{{{{password-1}}}}@{RDS}/x"  # gitleaks:allow',
    "detect-secrets": f'U = "postgresql://app:{{{{password-1}}}}@{RDS}/x"  # pragma: allowlist secret',
    "next line": f'# pragma: allowlist nextline secret\nU = "postgresql://app:{{{{password-1}}}}@{RDS}/x"',
    "bandit": f'U = "postgresql://app:{{{{password-1}}}}@{RDS}/x"  # nosec B105',
    "ruff": f'U = "postgresql://app:{{{{password-1}}}}@{RDS}/x"  # noqa: S105',
    "trufflehog": f'U = "postgresql://app:{{{{password-1}}}}@{RDS}/x"  # trufflehog:ignore',
    "a comment": "# postgresql://user:password@localhost/x",
}

HARMLESS_FILES = {
    "compose.yml": "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: {{password-1}}\n",
    "compose.override.yml": "services:\n  w:\n    environment:\n      - PGHOST=db\n      - PGPASSWORD={{password-1}}\n",
    "compose.ci.yml": f"services:\n  web:\n    environment:\n      U: postgres://a:${{PW:-{{{{password-1}}}}}}@{RDS}/x\n",
    ".env.example": f"DATABASE_URL=postgresql://user:password@{RDS}/x\nDB_HOST={RDS}\nDB_PASSWORD=\n",
    "tests/local.env": "DB_HOST=localhost\nDB_PASSWORD={{password-1}}\n",
    "tests/users.json": '[{"name": "ada", "password": "{{password-1}}"}]',
    "tests/local.ini": "[db]\nhost = 127.0.0.1\npassword = {{password-1}}\n",
    "tests/pgpass": "localhost:5432:*:postgres:{{password-1}}\n",
    "tests/roles.sql": "CREATE ROLE app PASSWORD '{{password-1}}';\nCREATE TABLE t (id int);\n",
    "tests/k8s.yaml": f"env:\n  - name: U\n    value: postgres://app:$(PASSWORD)@{RDS}/x\n",
    "helm/values.yaml": f"url: postgres://app:{{{{ .Values.password }}}}@{RDS}/x\n",
    "package-lock.json": f'{{"u": "postgresql://app:{{{{password-1}}}}@{RDS}/x"}}',
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One case as a file: its path, its text, and whether there is a real credential in it."""

    path: str
    text: str
    is_real: bool


def filled(text: str) -> str:
    """The text with values in the place of their kinds."""
    return _SECRET.sub(lambda found: made_secret(found["kind"]), text)


def values(text: str) -> list[str]:
    """The secret values a text is filled with."""
    return [made_secret(found["kind"]) for found in _SECRET.finditer(text) if not found["kind"].startswith("ref")]


def cases() -> list[Labelled]:
    """All cases, each a file of its own."""
    found = []
    for is_real, texts in ((True, REAL_PYTHON), (False, HARMLESS_PYTHON)):
        for number, text in enumerate(texts.values()):
            path = f"tests/test_{'r' if is_real else 'h'}{number:03}.py"
            found.append(Labelled(path, f"{filled(text)}\n", is_real))
    for is_real, files in ((True, REAL_FILES), (False, HARMLESS_FILES)):
        found += (Labelled(path, filled(text), is_real) for path, text in files.items())
    return found
