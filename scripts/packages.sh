# Debian packages of the project, and how the missing ones are installed. Sourced by ./run and ./test.

build_packages=(
    g++ cmake ninja-build ccache lld pkg-config git python3 python3-yaml
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-container1.81-dev
    libssl-dev libsodium-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev zlib1g-dev
    libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev libhowardhinnant-date-dev
    libicu-dev libre2-dev libstemmer-dev tzdata ca-certificates
)
test_packages=(
    libgtest-dev clang-format-14 clang-tidy-14 clang-14 libclang-rt-14-dev postgresql-15 json-schema-test-suite util-linux
    chromium
)
bench_packages=(
    wrk procps postgresql-15 make
    python3-fastapi uvicorn python3-uvloop python3-httptools python3-jwt python3-asyncpg
)

# install_packages NAME...: installs those that are missing; needs root or sudo only then.
install_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "These packages are missing: ${missing[*]}. Install them as root." >&2; return 1; }
        as_root=(sudo)
    fi
    echo "Installing: ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# install_npm: npm of any version, with which the build fetches what is in webapp/package-lock.json.
install_npm() {
    command -v npm >/dev/null || install_packages nodejs npm
}

# install_node: Node 20 or newer with npm, from Debian where this machine has none.
install_node() {
    install_npm
    local major
    major=$(node -p 'process.versions.node.split(".")[0]')
    [ "$major" -ge 20 ] || { echo "The tests need Node 20 or newer; this machine has $(node --version)." >&2; return 1; }
}
