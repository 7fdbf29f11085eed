#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test: unit tests and
# lit tests, then the lit tests of ts-opt once more with a round trip through the
# printer and the parser. GPU tests are reported as unsupported without a GPU.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/build.sh
echo "test: every .mlir once more through printer and parser"
ninja -C build check-ts-roundtrip
echo "test: all tests"
exec ninja -C build check-ts
