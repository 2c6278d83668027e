# Sourced by run, test, prove, .ci/run and bench/run: installs what the build needs, builds the native executables.
# Everything that it prints goes to stderr. If everything is up to date, it takes a fraction of a second.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
native=$root/artifacts/native
sqlite_flags=(-O2 -fPIC -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2
  -DSQLITE_DQS=0 -DSQLITE_DEFAULT_FOREIGN_KEYS=1 -DSQLITE_DEFAULT_MEMSTATUS=0
  -DSQLITE_OMIT_DEPRECATED -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_SNAPSHOT
  # One thread at a time uses a connection, so the connection needs no lock.
  -DSQLITE_THREADSAFE=2
  # A commit waits for the data, not for the times in the inode. A wait for a lock takes milliseconds, not whole seconds.
  -DHAVE_FDATASYNC=1 -DHAVE_USLEEP=1)

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
# A build node that survives its build would keep a CI job's pipes open.
[[ ${CI:-} != true ]] || export MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*" >&2; }

fail() { say "$*"; exit 1; }

require_prerequisites() {
  command -v dotnet > /dev/null || fail "The .NET SDK 10 is missing. Install it: https://dotnet.microsoft.com/download"
  command -v npm > /dev/null || fail "npm is missing. Install Node.js 20 or later: https://nodejs.org"
  (cd "$root" && dotnet --version > /dev/null 2>&1) || fail "The .NET SDK is older than global.json requires. Install .NET 10."
}

# The distribution's packages that the native build needs and that are missing.
missing_packages() {
  command -v gcc > /dev/null || { echo gcc libc6-dev binutils libsodium-dev; return; }
  command -v ar > /dev/null || echo binutils
  # An answer without a slash means that gcc does not know the file.
  [[ $(gcc -print-file-name=crt1.o) == */* ]] || echo libc6-dev
  [[ $(gcc -print-file-name=libsodium.a) == */* ]] || echo libsodium-dev
}

# install_packages PACKAGE...
install_packages() {
  local as_root=()
  (( $# > 0 )) || return 0
  command -v apt-get > /dev/null || fail "apt-get is missing. Install the equivalents of these Debian packages: $*"
  (( EUID == 0 )) || as_root=(sudo)
  say "Installing $*"
  "${as_root[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Of the programs that make a Debian package and an image, those that are missing.
missing_packagers() {
  command -v dh > /dev/null || echo debhelper
  command -v dpkg-buildpackage > /dev/null || echo dpkg-dev
  command -v buildah > /dev/null || echo buildah
}

# install_servers: installs PostgreSQL, a pooler and the programs of a cluster, as far as they are missing. The packages
# would make a database and start services; here they do neither, now or at the next boot.
install_servers() {
  local packages policy=/usr/sbin/policy-rc.d as_root=()
  packages=$(missing_servers)
  [[ -n $packages ]] || return 0
  (( EUID == 0 )) || as_root=(sudo)
  "${as_root[@]}" mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.d/handstamp.conf > /dev/null
  if [[ -e $policy ]]; then
    install_packages $packages
  else
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
    "${as_root[@]}" chmod +x "$policy"
    (trap '"${as_root[@]}" rm -f "$policy"' EXIT; install_packages $packages)
  fi
  [[ ! -d /run/systemd/system ]] || for service in etcd pgbouncer; do
    [[ $packages != *$service* ]] || "${as_root[@]}" systemctl disable --quiet "$service"
  done
}

missing_servers() {
  [[ -d /usr/lib/postgresql ]] || echo postgresql
  command -v patroni > /dev/null || echo patroni
  command -v etcd > /dev/null || echo etcd-server
  command -v pgbouncer > /dev/null || [[ -x /usr/sbin/pgbouncer ]] || echo pgbouncer
  command -v ip > /dev/null || echo iproute2
  command -v pkill > /dev/null || echo procps
}

# install_solver: z3 for the system's Python, which checks the invariants of the rotation rule.
install_solver() {
  [[ -d /usr/lib/python3/dist-packages/z3 ]] || install_packages python3-z3
}

# npm_install DIR: the packages of its lock file, if they are missing. No package's script is run.
npm_install() {
  [[ $1/node_modules/.package-lock.json -nt $1/package-lock.json ]] && return
  say "Installing the npm packages of ${1#"$root"/}"
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
}

digest() { sha256sum | cut -d ' ' -f 1; }

# stale FILE DIGEST: whether the file is missing or was made from something else.
stale() { [[ ! -e $1 || ! -e $1.stamp || $(< "$1.stamp") != "$2" ]]; }

# build_sqlite ARCHIVE COMPILER [ARGUMENT...]
build_sqlite() {
  local archive=$1 lock=$root/src/Handstamp.Host/native made_from
  local compile=("${@:2}" "${sqlite_flags[@]}")
  made_from=$(cat "$lock/package-lock.json" <(echo "${compile[*]}") | digest)
  stale "$archive" "$made_from" || return 0
  npm_install "$lock"
  say "Compiling SQLite (once, about half a minute)"
  "${compile[@]}" -c "$lock/node_modules/better-sqlite3/deps/sqlite3/sqlite3.c" -o "${archive%.a}.o"
  rm -f "$archive"
  ar rcsD "$archive" "${archive%.a}.o"
  echo "$made_from" > "$archive.stamp"
}

# build_playground: the page that the executable shows in development, from its sources and the client's.
build_playground() {
  local page=$root/clients/playground bundle=$root/artifacts/playground made_from
  made_from=$(find "$root"/clients/{browser/src,playground/{src,build.mjs,package-lock.json}} -type f -print0 |
    sort -z | xargs -0 sha256sum | digest)
  stale "$bundle/page.js" "$made_from" || return 0
  npm_install "$page"
  say "Bundling the playground"
  rm -rf "$bundle"
  npm --prefix "$page" run --silent build >&2
  echo "$made_from" > "$bundle/page.js.stamp"
}

# sources PROJECT: everything from which the executable of the project is made.
sources() {
  find "$root"/{src,docs/{errors,reference},eng/build.sh,artifacts/playground,Directory.Build.props,Directory.Packages.props,global.json,.editorconfig,"$1"} \
    -name node_modules -prune -o -type f -print0 | sort -zu
}

# publish_native PROJECT EXECUTABLE RID SQLITE SODIUM [ARGUMENT...]: puts it at $native/EXECUTABLE.
publish_native() {
  local project=$1 executable=$2 rid=$3 log=$native/$2.log
  local properties=("-p:SqliteArchive=$4" "-p:SodiumArchive=$5" "${@:6}")
  say "Building the native executable $executable (one or two minutes)"
  (cd "$root" && dotnet restore -v quiet "$project" "${properties[@]}" &&
    dotnet publish "$project" -c Release -r "$rid" --no-restore -v quiet -clp:NoSummary "${properties[@]}" \
      -o "$native/publish-$executable") > "$log" 2>&1 || { cat "$log" >&2; fail "The native build failed."; }
  ! grep -i warning "$log" >&2 || fail "The native build failed: it has warnings."
  # The shared libraries of packages may be executable files too.
  find "$native/publish-$executable" -maxdepth 1 -type f -executable ! -name '*.so' -exec mv {} "$native/$executable" \;
}

# build_native [PROJECT EXECUTABLE]: puts the executable, by default the service's, at $native/EXECUTABLE.
# Only one build at a time: ./run and ./test may start together.
build_native() {
  local project=${1:-src/Handstamp.Host} executable=${2:-handstamp} sqlite=$native/libe_sqlite3.a made_from
  require_prerequisites
  install_packages $(missing_packages)
  mkdir -p "$native"
  (
    flock 9
    # A process that keeps running, such as the compiler's server, would keep the lock, so its descriptor is closed.
    build_sqlite "$sqlite" gcc 9>&-
    build_playground 9>&-
    made_from=$(sources "$project" | xargs -0 sha256sum | digest)
    stale "$native/$executable" "$made_from" || exit 0
    publish_native "$project" "$executable" linux-x64 "$sqlite" "$(gcc -print-file-name=libsodium.a)" 9>&-
    echo "$made_from" > "$native/$executable.stamp"
  ) 9> "$native/.lock"
}
