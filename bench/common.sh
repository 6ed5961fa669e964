# What the measurements on Kafka and PostgreSQL share; sourced by them. Needs KAFKA_BOOTSTRAP_SERVERS, and ADMIN_URL, a server
# and a user who may create databases. VIGIL names the built command, RULES a rule set.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${KAFKA_BOOTSTRAP_SERVERS:?names no broker}" "${ADMIN_URL:?names no server}"
vigil=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
rules=${RULES:-$here/bench/pipeline-rules.json}
# As deploy/ has it for the detector.
export DOTNET_GCgen0size=${DOTNET_GCgen0size:-0x4000000}

admin() { psql "$ADMIN_URL/postgres" -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
sql() { psql "$DATABASE_URL" -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
now() { date +%s.%N; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; } # format, expression

# Waits, at most six minutes, until so many payments are decided. One session asks: to connect for each question would take
# the machine from what is measured.
await() { # seq
    psql "$DATABASE_URL" -qAtX -v ON_ERROR_STOP=1 >/dev/null <<SQL
DO \$\$ BEGIN
    FOR i IN 1 .. 18000 LOOP
        IF (SELECT seq FROM log_head) >= $1 THEN RETURN; END IF;
        PERFORM pg_sleep(0.02);
    END LOOP;
    RAISE EXCEPTION 'after six minutes % of % payments are decided', (SELECT seq FROM log_head), $1;
END \$\$;
SQL
}
