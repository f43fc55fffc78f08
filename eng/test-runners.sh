# Functions of test.sh: each runs one kind of test and adds what happened to $passed, $failed and $skipped.

step() { printf '\n== %s\n' "$1"; }

fail() { printf 'FAILED: %s\n' "$1"; failed=$((failed + 1)); }

skip() { printf 'SKIPPED: %s\n' "$1"; skipped=$((skipped + 1)); }

# A failure after which nothing else can run.
stop() { fail "$1"; exit 1; }

summary() {
  local status=$?
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0)) && exit "$status" || exit 1
}

# count NAME STATUS "PASSED FAILED SKIPPED": a runner that ran nothing, or failed without a failed test, is a failure too.
count() {
  local name=$1 status=$2 p=0 f=0 s=0
  read -r p f s <<<"$3"
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
  if ((${p:-0} + ${f:-0} + ${s:-0} == 0)); then
    fail "$name ran no test"
  elif ((status != 0 && ${f:-0} == 0)); then
    fail "$name ended with exit code $status"
  fi
}

# Restores the solution. Some feeds lack packages that Orleans consists of: then the part that does without them is all
# that is built and tested, and that is said.
restore_solution() {
  local log=$results/restore.log
  dotnet restore "$solution" -v quiet >"$log" 2>&1 && return
  if ! grep -qE 'error NU110[1-3]: ' "$log"; then
    cat "$log"
    stop "the solution does not restore"
  fi
  skip "the cluster: $(grep -oE 'NU110[1-3]: .*' "$log" | sed 's/ \[.*//' | sort -u | head -n 1)"
  solution=Wuts.WithoutOrleans.slnf
  dotnet restore "$solution" -v quiet || stop "the solution without Orleans does not restore"
}

# Whether a solution, or a filter of one, has a project.
has_project() { grep -qF "$(basename "$2")" "$1"; }

# Nothing is left out by mistake: every project is in the solution, and all but the cluster's in the filter.
check_solutions() {
  local project
  for project in src/*/*.csproj tests/*/*.csproj; do
    has_project Wuts.Orleans.sln "$project" || fail "$project is not part of Wuts.Orleans.sln"
    [[ $project =~ Wuts\.(Grains|Silo|Cluster) ]] || has_project Wuts.WithoutOrleans.slnf "$project" ||
      fail "$project is not part of Wuts.WithoutOrleans.slnf"
  done
}

run_dotnet_tests() {
  local project=$1 name trx status
  has_project "$solution" "$project" || return 0
  name=$(basename "$project" .csproj)
  trx=$results/$name.trx
  step "$name"
  dotnet test "$project" -c "$configuration" --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --logger "console;verbosity=minimal" --blame-hang-timeout 10m --blame-hang-dump-type none
  status=$?
  [[ -f $trx ]] && awk -f eng/trx-skipped.awk "$trx"
  count "$name" "$status" "$(trx_counts "$trx")"
}

# "PASSED FAILED SKIPPED" of a TRX file. The results are counted one by one: the Counters element leaves skipped tests out.
trx_counts() {
  [[ -f $1 ]] || return
  local outcomes
  outcomes=$(grep -oE '<UnitTestResult [^>]*outcome="[A-Za-z]+"' "$1" | grep -oE '[A-Za-z]+"$')
  echo "$(grep -c '^Passed' <<<"$outcomes") $(grep -cvE '^(Passed|NotExecuted)|^$' <<<"$outcomes") $(grep -c '^NotExecuted' <<<"$outcomes")"
}

run_interop_tests() {
  local folder=$1 tap=$PWD/$results/interop.tap status
  step "interop"
  require_node || { fail "interop needs Node.js 20.9 or newer and npm, and they could not be installed here"; return; }
  npm ci --prefix "$folder" --no-progress --loglevel=error || { fail "npm ci in $folder"; return; }
  WUTS_CONFIGURATION=$configuration TAP_FILE=$tap npm run --silent --prefix "$folder" test
  status=$?
  [[ -f $tap ]] && sed -nE 's/^ *ok [0-9]+ - (.*) # SKIP ?(.*)$/SKIPPED: \1: \2/p' "$tap"
  count "interop" "$status" "$(tap_counts "$tap")"
}

# "PASSED FAILED SKIPPED" of the summary that Node's TAP reporter writes at the end.
tap_counts() {
  [[ -f $1 ]] && awk '$1 == "#" { n[$2] = $3 } END { print n["pass"] + 0, n["fail"] + n["cancelled"], n["skipped"] + n["todo"] }' "$1"
}

node_suffices() {
  local check='const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 9) ? 0 : 1)'
  command -v npm >/dev/null && node -e "$check" 2>/dev/null
}

require_node() {
  node_suffices && return
  if command -v apt-get >/dev/null && [[ $(id -u) -eq 0 ]]; then
    echo "installing Node.js and npm"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
  fi
  node_suffices
}

postgres_suffices() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

# The tests start a server of their own on a new cluster: only the programs are needed, and no cluster is made here.
require_postgres() {
  postgres_suffices && return
  if command -v apt-get >/dev/null && [[ $(id -u) -eq 0 ]]; then
    echo "installing PostgreSQL"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  fi
  postgres_suffices
}
