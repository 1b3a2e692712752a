"""What dblint knows of PostgreSQL's own functions, operators, casts and types, asked of a real server.

``python tests/catalog_views/builtins_of_server.py URI`` writes the data file anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg

FILE = Path(__file__).parents[2] / "dblint" / "catalog" / "postgres_builtins.txt"
_NAME = "(SELECT typname FROM pg_type WHERE oid = {})"
_QUERIES = {
    "types": """
        SELECT typname, typcategory::text || CASE WHEN typispreferred THEN '!' ELSE '' END
        FROM pg_type
        WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm', 'p') AND typcategory <> 'A'
        ORDER BY typname COLLATE "C" """,
    "ranges": f"""
        SELECT {_NAME.format("rngtypid")}, {_NAME.format("rngsubtype")} || ' ' || {_NAME.format("rngmultitypid")}
        FROM pg_range WHERE rngtypid < 16384 ORDER BY rngtypid""",
    "casts": """
        SELECT s.typname, string_agg(t.typname, ' ' ORDER BY t.typname COLLATE "C")
        FROM pg_cast JOIN pg_type s ON s.oid = castsource JOIN pg_type t ON t.oid = casttarget
        WHERE castcontext = 'i' AND s.oid <> t.oid AND pg_cast.oid < 16384
        GROUP BY s.typname ORDER BY s.typname COLLATE "C" """,
    "operators": f"""
        SELECT oprname, string_agg(concat_ws(' ', CASE oprleft WHEN 0 THEN '-' ELSE {_NAME.format("oprleft")} END,
            {_NAME.format("oprright")}, {_NAME.format("oprresult")}), ',' ORDER BY pg_operator.oid)
        FROM pg_operator WHERE oid < 16384 GROUP BY oprname ORDER BY oprname COLLATE "C" """,
    "functions": f"""
        SELECT proname, string_agg(
            prokind::text || CASE WHEN proretset THEN '*' ELSE '' END || ' ' || {_NAME.format("prorettype")}
            || coalesce((SELECT ' ' || string_agg(typname, ' ' ORDER BY n)
                FROM unnest(proargtypes) WITH ORDINALITY a(t, n) JOIN pg_type y ON y.oid = a.t), '')
            || CASE WHEN provariadic <> 0 THEN ' ...' ELSE '' END
            || CASE WHEN pronargdefaults > 0 THEN ' =' || pronargdefaults ELSE '' END
            || coalesce((SELECT ' >' || string_agg(coalesce(proargnames[n], '') || ' ' || typname, ' ' ORDER BY n)
                FROM unnest(proallargtypes, proargmodes) WITH ORDINALITY a(t, m, n) JOIN pg_type y ON y.oid = a.t
                WHERE m IN ('o', 'b', 't')), ''),
            ',' ORDER BY p.oid)
        FROM pg_proc p
        WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a', 'w') AND oid < 16384
            AND NOT ARRAY['internal', 'cstring', 'index_am_handler', 'table_am_handler', 'tsm_handler', 'fdw_handler',
                'language_handler', 'trigger', 'event_trigger']
                && (SELECT array_agg(typname::text) FROM pg_type WHERE oid = ANY (proargtypes::oid[] || prorettype))
            AND proname !~ '^(pg_stat_get|binary_upgrade|RI_|pg_replication|gist_|btree|hash_)'
            AND proname !~ '(_cmp|sel|joinsel|recv|send|_in|_out)$'
        GROUP BY proname ORDER BY proname COLLATE "C" """,
}


def written(uri: str) -> str:
    """The data file's text as that server would have it."""
    lines: list[str] = []
    with psycopg.connect(uri) as connection:
        for section, query in _QUERIES.items():
            lines.append(f"[{section}]")
            lines.extend("\t".join(row) for row in connection.execute(query))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(sys.argv[1]), encoding="utf-8")
