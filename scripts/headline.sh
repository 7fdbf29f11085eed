#!/usr/bin/env bash
# From a bare Debian 12 to the headline problem's report: installs what is
# missing, builds, runs. On a GPU all outputs are computed, checked and timed; on
# a machine without one the simulator runs some blocks of the same PTX.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/build.sh ts-run ts-opt
echo "headline: build/bin/ts-run examples/headline.mlir $*"
exec build/bin/ts-run examples/headline.mlir "$@"
