#!/usr/bin/env bash
# The whole check of this repository, from a clean checkout: restore, build without warnings, formatting, every test
# project, and the interoperability tests with independent clients in Node.js. Packages come from the registries that
# the machine is configured for; where those lack Orleans, the cluster is left out and counted as one skipped test. The
# last line is always "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed and every runner ran
# at least one test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null

export CI=true NO_COLOR=1 TERM=dumb LC_ALL=C.UTF-8
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1 MSBUILDTERMINALLOGGER=off # no build process outlives this script, no cursor movements

readonly configuration=Release # what ships is what is tested
readonly results=artifacts/test-results
solution=Wuts.Orleans.sln
passed=0 failed=0 skipped=0

source eng/test-runners.sh
trap 'summary' EXIT
rm -rf "$results" && mkdir -p "$results"

step "restore"
command -v dotnet >/dev/null || stop "the .NET 10 SDK (dotnet) is not on the path"
check_solutions
restore_solution

step "build"
dotnet build "$solution" -c "$configuration" --no-restore -warnaserror -v quiet -clp:NoSummary || stop "the solution does not build"

step "formatting"
dotnet format "$solution" --no-restore --verify-no-changes --verbosity quiet || fail "dotnet format would change files"

require_postgres || echo "PostgreSQL could not be installed here: its tests will be skipped"
for project in tests/*.Tests/*.csproj; do
  run_dotnet_tests "$project"
done

if [[ -d tests/interop/test ]]; then
  run_interop_tests tests/interop
fi
