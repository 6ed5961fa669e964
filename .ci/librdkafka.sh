# Sourced by ./run and ./test: finds out how the build gets librdkafka, the native Kafka client (Kafka.props).
# Normally the package librdkafka.redist has it. Some package mirrors lack that package: there the build goes without
# it, and ./test compiles the library once, into a cache folder.
librdkafka_cached=${XDG_CACHE_HOME:-$HOME/.cache}/vigil/librdkafka-2.15.1/librdkafka.so

# Sets UseSystemLibrdkafka where the package cannot be had, and LibrdkafkaFile where the library was compiled before.
choose_librdkafka() {
    local version status
    version=$(sed -n 's/.*"librdkafka.redist" Version="\([^"]*\)".*/\1/p' Directory.Packages.props)
    if [ -z "${UseSystemLibrdkafka:-}" ] && ! [ -d "${NUGET_PACKAGES:-$HOME/.nuget/packages}/librdkafka.redist/$version" ]; then
        status=$(curl -sI --max-time 20 -o /dev/null -w '%{http_code}' \
            "https://api.nuget.org/v3-flatcontainer/librdkafka.redist/$version/librdkafka.redist.$version.nupkg" 2>/dev/null || true)
        if [ "$status" = 404 ]; then
            export UseSystemLibrdkafka=true
        fi
    fi
    if [ "${UseSystemLibrdkafka:-}" = true ] && [ -z "${LibrdkafkaFile:-}" ] && [ -f "$librdkafka_cached" ]; then
        export LibrdkafkaFile="$librdkafka_cached"
    fi
}

# Compiles the library where it is needed and missing.
build_librdkafka() {
    if [ "${UseSystemLibrdkafka:-}" != true ] || [ -n "${LibrdkafkaFile:-}" ]; then
        return
    fi
    echo "./test: compiling librdkafka, which no package here has (one to four minutes, once) ..." >&2
    if .ci/compile-librdkafka "$librdkafka_cached"; then
        export LibrdkafkaFile="$librdkafka_cached"
    else
        echo "./test: librdkafka cannot be compiled here, so the tests with Kafka are skipped; to run them:" \
            "sudo apt-get install build-essential curl libssl-dev zlib1g-dev libzstd-dev" >&2
    fi
}
