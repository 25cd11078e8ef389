# Installs what the peers need beside Debian's packages. Sourced by bench/run.

# better-sqlite3 is compiled here, with this Node's own headers where it has them.
install_fastify() (
    cd bench/peers/fastify
    cmp -s package-lock.json node_modules/.installed-lock && return
    local node_directory
    node_directory=$(node -p 'path.resolve(process.execPath, "../..")')
    [ ! -d "$node_directory/include/node" ] || export npm_config_nodedir=$node_directory
    echo "Compiling better-sqlite3, a minute or two" >&2
    npm ci --silent
    npm rebuild better-sqlite3 --ignore-scripts=false --build-from-source --silent
    cp package-lock.json node_modules/.installed-lock
)

install_fastify
