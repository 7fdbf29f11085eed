#!/usr/bin/env bash
# Configures the default preset if that has not been done and builds the targets
# named (all without any). Run by the other scripts, after setup.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -f build/build.ninja ]; then
  echo "build: configuring preset 'default' in build/"
  cmake --preset default >build.configure.log 2>&1 || { cat build.configure.log >&2; exit 1; }
  mv build.configure.log build/configure.log
fi
echo "build: building ${*:-everything}"
ninja -C build --quiet "$@"
