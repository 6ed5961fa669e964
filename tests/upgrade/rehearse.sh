#!/usr/bin/env bash
# Rehearses an upgrade and its rollback under load: detectors, and APIs behind the real nginx with the site that ships, of the
# former release decide, the schema is brought to this one, the instances are exchanged one by one, taken back to the former
# release on the new schema, and exchanged again. Then proves that every payment was decided exactly once, in the order of its
# account, and as an undisturbed detector decides; that every payment which the API accepted is there; and that no caller got
# an error because an instance was exchanged.
#
#   KAFKA_BOOTSTRAP_SERVERS=host:9092 DATABASE_URL=postgresql://... tests/upgrade/rehearse.sh [git ref of the former release]
#
# The database must be empty or new. Without a ref: the last tag, or else the commit before the newest schema script.
# Variables, all optional:
#   TRANSACTIONS=100000  RATE=1000 (sent per second)  INSTANCES=3 (detectors)  APIS=2  CALLERS=4  PARTITIONS=6
#   OLD_VIGIL="dotnet .../vigil.dll"   the former release, built already;  VIGIL likewise this one
#   DEADLINE=1200                      seconds after which it gives up
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${KAFKA_BOOTSTRAP_SERVERS:?names no broker}" "${DATABASE_URL:?names no database}"
transactions=${TRANSACTIONS:-100000} rate=${RATE:-1000} instances=${INSTANCES:-3} partitions=${PARTITIONS:-6} deadline=${DEADLINE:-1200}
apis=${APIS:-2} callers=${CALLERS:-4} nginx_binary=${NGINX:-/usr/sbin/nginx} name=fraud-api.yourcompany.com
new=${VIGIL:-dotnet $here/src/Vigil.Cli/bin/Release/net10.0/vigil.dll}
work=$(mktemp -d)
export KAFKA_TOPIC=${KAFKA_TOPIC:-upgrade_$$} KAFKA_GROUP=${KAFKA_GROUP:-upgrade_$$}
export KAFKA_DECISIONS_TOPIC=${KAFKA_TOPIC}_decisions KAFKA_DLQ_TOPIC=${KAFKA_TOPIC}_dlq
AZURE_API_KEY=$(head -c 24 /dev/urandom | base64)
export AZURE_API_KEY
cd "$work"
pids=() ports=() api=() api_ports=() calling=() nginx= https= producer= failed=0 exchanged=0

say() { echo "$(date +%T) $*"; }
sql() { psql "$DATABASE_URL" -AtX -v ON_ERROR_STOP=1 -c "$1"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_true() { # what, command
    while ! eval "$2" >/dev/null 2>&1; do
        if ((SECONDS > deadline)); then say "gave up waiting for $1"; exit 1; fi
        sleep 0.2
    done
}
decided() { sql 'SELECT seq FROM log_head'; }
until_decided() { until_true "$1 decided payments" "((\$(decided) >= $1))"; }
detector() { # number, command
    KAFKA_INSTANCE_ID=detector-$1 $2 detect --metrics-port "${ports[$1]}" --models "$work/models" --log-format json >>"$work/detector-$1.log" 2>&1 &
    pids[$1]=$!
    until_true "detector $1" "curl -fsS http://127.0.0.1:${ports[$1]}/health/ready"
}
start_api() { # number, command
    $2 api --port "${api_ports[$1]}" --models "$work/models" --log-format json >>"$work/api-$1.log" 2>&1 &
    api[$1]=$!
    until_true "API $1" "curl -fsS http://127.0.0.1:${api_ports[$1]}/health/ready"
}
start_nginx() { # the site that ships, on free ports, with a certificate of its own
    local port servers= kinds= terms
    terms=$(sed -n 's/^    server [^ ]* *//p' "$here/deploy/nginx/upstream.conf")
    https=$(free_port)
    for port in "${api_ports[@]}"; do servers+="    server 127.0.0.1:$port $terms\n"; done
    for kind in client_body proxy fastcgi uwsgi scgi; do kinds+="    ${kind}_temp_path $work/nginx-$kind;"$'\n'; done
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
        -keyout "$work/privkey.pem" -out "$work/fullchain.pem" 2>/dev/null
    {
        echo 'daemon off;'
        [ "$(id -u)" != 0 ] || echo 'user root;'
        printf 'worker_processes 1;\npid %s/nginx.pid;\nerror_log %s/nginx-error.log warn;\nevents { worker_connections 1024; }\n' "$work" "$work"
        printf 'http {\n    access_log off;\n%s' "$kinds"
        sed -e '/# server /d' -e "s|^    server .*|$servers|" "$here/deploy/nginx/upstream.conf"
        sed -e "s|listen 80;|listen 127.0.0.1:$(free_port);|" -e "s|listen 443 |listen 127.0.0.1:$https |" \
            -e "s|/etc/letsencrypt/live/$name|$work|" -e "s|/var/log/nginx|$work|" "$here/deploy/nginx/fraud-api.conf"
        echo '}'
    } >"$work/nginx.conf"
    "$nginx_binary" -p "$work" -c "$work/nginx.conf" >"$work/nginx.log" 2>&1 &
    nginx=$!
    until_true "nginx" "ask -fsS /health/live"
}
ask() { # arguments of curl, a path
    curl -m 10 --cacert "$work/fullchain.pem" --resolve "$name:$https:127.0.0.1" -H "X-API-Key: $AZURE_API_KEY" "${@:1:$#-1}" "https://$name:$https${*: -1}"
}
stop() { kill -TERM "$1" && { wait "$1" || true; }; }
exchange() { # command, its name: each instance in turn, while the others decide
    for ((i = 0; i < instances; i++)); do
        stop "${pids[$i]}"
        detector "$i" "$1"
        exchanged=$((exchanged + 1))
    done
    for ((i = 0; i < apis; i++)); do
        stop "${api[$i]}"
        start_api "$i" "$1"
        exchanged=$((exchanged + 1))
    done
    say "all are $2 at $(decided) decided payments"
}
call() { # number: payments over nginx, each sent until it is accepted, and a look at the cases after each
    local i code payment
    for ((i = 1; ; i++)); do
        [ ! -f "$work/enough" ] || break
        # The same again, if it must be sent again: with another time it would be another payment.
        payment="{\"transaction_id\":\"api-$1-$i\",\"account_id\":\"api-$1-$((i % 7))\",\"timestamp\":\"$(date -u +%FT%TZ)\",\"amount\":\"$((i % 90 + 1)).00\"}"
        for (( ; ; )); do
            code=$(ask -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
                -d "$payment" '/api/v1/transactions?deadline_ms=5000') || true
            echo "$code" >>"$work/posts-$1"
            case $code in 200 | 202) break ;; esac
            sleep 0.2
        done
        echo "api-$1-$i" >>"$work/accepted-$1"
        ask -s -o /dev/null -w '%{http_code}\n' '/api/v1/anomalies?limit=5' >>"$work/reads-$1" || true
        sleep 0.05
    done
}
answers() { # kind
    cat "$work/$1"-* | sort | uniq -c | awk '{ printf "%s%s times %s", (NR > 1 ? ", " : ""), $1, $2 }'
}
finish() {
    for pid in "${pids[@]}" "${api[@]}" "${calling[@]}" $producer $nginx; do kill "$pid" 2>/dev/null || true; done
    wait
    echo "logs: $work"
}
trap finish EXIT
trap 'echo "failed in line $LINENO:"; tail -n 2 "$work"/*.log' ERR

sql 'SELECT 1' >/dev/null || { say "DATABASE_URL is no PostgreSQL that answers"; exit 1; }
if [ -n "${OLD_VIGIL:-}" ]; then
    old=$OLD_VIGIL
else
    ref=${1:-$(git -C "$here" describe --tags --abbrev=0 2>/dev/null ||
        echo "$(git -C "$here" log -1 --diff-filter=A --format=%H -- src/Vigil.Storage/Migrations/Postgres)^")}
    say "building $(git -C "$here" log -1 --format='%h %s' "$ref")"
    mkdir "$work/source"
    git -C "$here" archive "$ref" | tar -x -C "$work/source"
    # Not analyzed again: it was when it was released.
    dotnet publish -c Release -v q -nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false "$work/source/src/Vigil.Cli" -o "$work/old" >"$work/build.log" 2>&1
    old="dotnet $work/old/vigil.dll"
fi

for ((i = 0; i < instances; i++)); do ports[i]=$(free_port); done
for ((i = 0; i < apis; i++)); do api_ports[i]=$(free_port); done
$old setup-db >"$work/setup-old.log"
say "former release: $($old --version), schema $(sql 'SELECT max(version) FROM schema_migrations')"
$old produce simulate --create-topic --partitions "$partitions" --count 1 --seed 7 --customers 2000 --days 120 >"$work/first.log" 2>&1
for ((i = 0; i < instances; i++)); do detector "$i" "$old"; done
for ((i = 0; i < apis; i++)); do start_api "$i" "$old"; done
start_nginx
$old produce simulate --count "$((transactions - 1))" --skip 1 --seed 7 --customers 2000 --days 120 --rate "$rate" --timeout 600 >"$work/producer.log" 2>&1 &
producer=$!
for ((i = 0; i < callers; i++)); do
    call "$i" &
    calling[i]=$!
done

until_decided $((transactions / 8))
$new setup-db >"$work/setup-new.log"
say "this release: $($new --version), schema $(sql 'SELECT max(version) FROM schema_migrations'), migrated at $(decided) decided payments"
until_decided $((transactions / 5))
exchange "$new" "of this release"
until_decided $((transactions / 2))
exchange "$old" "of the former release again, on this schema"
until_decided $((transactions * 3 / 4))
exchange "$new" "of this release"

wait "$producer" || { say "the producer failed:"; tail -3 "$work/producer.log"; exit 1; }
producer=
say "$(tail -1 "$work/producer.log")"
touch "$work/enough"
wait "${calling[@]}"
calling=()
accepted=$(cat "$work"/accepted-* | wc -l)
all=$((transactions + accepted))
until_decided "$all"
for pid in "${pids[@]}" "${api[@]}"; do stop "$pid"; done
pids=() api=()

check() { # what, expected, found
    if [ "$2" = "$3" ]; then say "ok    $1: $3"; else say "WRONG $1: $3, not $2"; failed=1; fi
}
check "rows" "$all" "$(sql 'SELECT count(*) FROM transactions')"
check "distinct ids" "$all" "$(sql 'SELECT count(DISTINCT transaction_id) FROM transactions')"
check "numbers without a gap" "$all" "$(sql 'SELECT max(seq) FROM transactions')"
check "accepted by the API, and there" "$accepted" "$(sql "SELECT count(*) FROM transactions WHERE transaction_id LIKE 'api-%'")"
check "payments decided before an earlier one of their account" 0 \
    "$(sql "SELECT count(*) FROM (SELECT time < lag(time) OVER (PARTITION BY account_id ORDER BY seq) AS early FROM transactions WHERE transaction_id NOT LIKE 'api-%') t WHERE early")"
check "messages put aside" 0 "$(cat "$work"/detector-*.log | grep -c 'dead_letter\|put aside' || true)"
replayed=$($new replay --verify --models "$work/models" 2>/dev/null | tail -1)
say "$replayed"
check "decisions that an undisturbed detector makes otherwise" "0" "$(sed -n 's/.*, \([0-9,]*\) differ.*/\1/p' <<<"$replayed")"
say "posts over nginx: $(answers posts)"
say "reads over nginx: $(answers reads)"
say "asked of a second instance by nginx: $(grep -c ', ' "$work/fraud-api.log" || true) of $(wc -l <"$work/fraud-api.log")"
check "posts and reads that were answered by an error, or not at all" 0 "$(cat "$work"/posts-* "$work"/reads-* | grep -vc '^20[02]$' || true)"
say "$all payments, $exchanged instances exchanged, $SECONDS s"
exit "$failed"
