#!/usr/bin/env bash
# Makes the secrets that deploy/compose.yaml reads, each at random, in deploy/secrets (or the folder that is named). What is
# there stays as it is. To change one: delete its file, run this again, and change it where it is stored (docs/operations.md).
set -euo pipefail
folder=${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}
mkdir -p "$folder"
# Users of this machine do not get into the folder. The files are for the users within the containers.
chmod 700 "$folder"
random() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }
make() {
    if [ -e "$folder/$1" ]; then
        echo "$1: kept"
    else
        printf '%s\n' "$2" >"$folder/$1.new"
        chmod 444 "$folder/$1.new"
        mv "$folder/$1.new" "$folder/$1"
        echo "$1: made"
    fi
}
make db_password "$(random)"
make api_key "$(random)"
make metrics_token "$(random)"
make grafana_password "$(random)"
redis=$(random)
if [ ! -e "$folder/redis_conf" ] || [ ! -e "$folder/redis_url" ]; then
    # Two files, one password.
    rm -f "$folder/redis_conf" "$folder/redis_url"
fi
make redis_conf "requirepass $redis
maxmemory 256mb
maxmemory-policy allkeys-lru
save \"\"
appendonly no"
make redis_url "redis://:$redis@redis:6379"
