#!/usr/bin/env bash
# Installs what a bare Debian 12 lacks to build and test ts. The one list of
# packages; run by the other scripts. Says nothing to do when nothing is.
set -euo pipefail

packages=(
  # LLVM and MLIR with their tools, and the compiler and linker used
  llvm-22-dev libmlir-22-dev mlir-22-tools llvm-22-tools clang-22 lld-22
  # its sanitizers and fuzzer (test/Simulator/sanitize.sh)
  libclang-rt-22-dev
  # what LLVM's CMake files ask for
  libzstd-dev libedit-dev libcurl4-openssl-dev zlib1g-dev libxml2-dev
  # build and tests
  cmake ninja-build g++ libgtest-dev python3
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: all ${#packages[@]} packages are installed"
  exit 0
fi

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: needs root or sudo to install ${missing[*]}" >&2; exit 1; }
  sudo=(sudo)
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
