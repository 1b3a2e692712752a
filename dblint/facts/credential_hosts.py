"""Which hosts a credential may be shown for: those nobody reaches from outside, and those of examples."""

from __future__ import annotations

import re
from typing import Literal

from dblint.facts.credential_words import is_placeholder, is_template, says_example

HostKind = Literal["harmless", "specimen", "managed", "public"]

MANAGED = {
    "rds.amazonaws.com": "Amazon RDS",
    "redshift.amazonaws.com": "Amazon Redshift",
    "redshift-serverless.amazonaws.com": "Amazon Redshift",
    "cache.amazonaws.com": "Amazon ElastiCache",
    "docdb.amazonaws.com": "Amazon DocumentDB",
    "compute.amazonaws.com": "Amazon EC2",
    "compute-1.amazonaws.com": "Amazon EC2",
    "rds.amazonaws.com.cn": "Amazon RDS",
    "neon.tech": "Neon",
    "neon.build": "Neon",
    "supabase.co": "Supabase",
    "supabase.com": "Supabase",
    "mongodb.net": "MongoDB Atlas",
    "upstash.io": "Upstash",
    "psdb.cloud": "PlanetScale",
    "pscale.com": "PlanetScale",
    "cockroachlabs.cloud": "CockroachDB Cloud",
    "database.windows.net": "Azure SQL",
    "database.azure.com": "Azure Database",
    "documents.azure.com": "Azure Cosmos DB",
    "cosmos.azure.com": "Azure Cosmos DB",
    "redis.cache.windows.net": "Azure Cache for Redis",
    "redislabs.com": "Redis Cloud",
    "redis-cloud.com": "Redis Cloud",
    "redns.redis-cloud.com": "Redis Cloud",
    "snowflakecomputing.com": "Snowflake",
    "turso.io": "Turso",
    "aivencloud.com": "Aiven",
    "db.ondigitalocean.com": "DigitalOcean",
    "render.com": "Render",
    "rlwy.net": "Railway",
    "railway.app": "Railway",
    "elephantsql.com": "ElephantSQL",
    "cloudamqp.com": "CloudAMQP",
    "clickhouse.cloud": "ClickHouse Cloud",
    "cloud.databricks.com": "Databricks",
    "azuredatabricks.net": "Databricks",
    "databases.neo4j.io": "Neo4j Aura",
    "tsdb.cloud.timescale.com": "Timescale",
    "timescaledb.io": "Timescale",
    "xata.sh": "Xata",
    "oraclecloud.com": "Oracle Cloud",
    "scylla.cloud": "ScyllaDB Cloud",
    "singlestore.com": "SingleStore",
    "tidbcloud.com": "TiDB Cloud",
    "crunchybridge.com": "Crunchy Bridge",
    "heroku.com": "Heroku",
    "fly.dev": "Fly",
}
_LOCAL = re.compile(
    r"(?:^|\.)(?:localhost|test|tests|testing|example|invalid|local|internal|localdomain|lan|home|intranet|corp|private"
    r"|docker|svc|cluster|consul|alt|onion|home\.arpa|fake|dummy|mock)$"
)
_EXAMPLES = re.compile(r"(?:^|\.)example\.(?:com|org|net|edu|io|co|dev|app)$")
_NAMED = re.compile(
    r"^(?:my|your|some|the|a|an|our|test|fake|mock|dummy|foo|bar|baz|acme|abc|xyz|x|db|database|sql|data|redis|mysql|postgres|mongo|pg"
    r"|host|hostname|server|domain|site|website|company|corp|corporation|organization|organisation|org|business|app"
    r"|application|contoso|fabrikam|example|sample|demo|remote|somewhere|nowhere|anywhere|whatever|placeholder|customer"
    r"|client|prod|production|staging|address|endpoint|url|-|\d)+$"
)
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_SPECIMENS = frozenset({"1.2.3.4", "4.3.2.1", "1.1.1.1", "8.8.8.8", "8.8.4.4", "5.6.7.8", "11.22.33.44", "12.34.56.78"})
_FQDN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def provider(host: str) -> str | None:
    """The service whose managed database a host is."""
    labels = _bare(host).split(".")
    return next((MANAGED[".".join(labels[at:])] for at in range(len(labels)) if ".".join(labels[at:]) in MANAGED), None)


def kind(host: str) -> HostKind:
    """What a password for this host is worth.

    ``harmless``: nobody reaches a real database there (loopback, private and documentation addresses, one label,
    reserved names, templates). ``specimen``: anybody's, but named as examples are. ``managed``: a service's.
    """
    bare = _bare(host)
    if not bare or is_template(host) or bare in _SPECIMENS:
        return "harmless"
    if _IPV4.fullmatch(bare) or ":" in bare:
        return "harmless" if _is_private(bare) else "public"
    if "." not in bare or _LOCAL.search(bare) or _EXAMPLES.search(bare) or not _FQDN.fullmatch(bare):
        return "harmless"
    if provider(bare) is not None:
        return "harmless" if says_example(bare) else "managed"
    labels = bare.split(".")
    own = labels[-3] if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else labels[-2]
    return "specimen" if _NAMED.match(own) or says_example(bare) or is_placeholder(bare) else "public"


def _bare(host: str) -> str:
    name = host.strip().strip("[]").lower().rstrip(".")
    return name.removeprefix("tcp:")


def _is_private(address: str) -> bool:
    import ipaddress

    try:
        return not ipaddress.ip_address(address).is_global
    except ValueError:
        return True
