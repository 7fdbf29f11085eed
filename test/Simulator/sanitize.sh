#!/bin/bash
# The simulator and its unit tests with the address and undefined-behaviour
# sanitizers, or (sanitize.sh fuzz SECONDS) the fuzz target of ParserFuzz.cpp.
# Only the simulator's own sources are compiled, so that this takes minutes.
#
# usage: test/Simulator/sanitize.sh [fuzz [SECONDS]]     (BUILD=folder)
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build/sanitize}
llvm=${LLVM:-/usr/lib/llvm-22}
what=${1:-test}
mkdir -p "$build/$what"
# LLVM's own library is not instrumented: its containers would look overflown.
export ASAN_OPTIONS=detect_container_overflow=0:detect_stack_use_after_return=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
flags=(-std=c++17 -O1 -g1 -fno-exceptions -fno-omit-frame-pointer
  -fno-strict-aliasing -ffp-contract=off -fno-math-errno -Wno-pass-failed
  -fno-sanitize-recover=undefined -fsanitize=address,undefined
  -fno-sanitize=vptr -Iinclude "-isystem$llvm/include"
  "-DTS_PLAIN_PTX=\"$PWD/unittests/Simulator/plain.ptx\""
  "-DTS_CORPUS=\"$PWD/test/Simulator/Inputs\"")
sources=(lib/ts/Simulator/*.cpp)
libraries=("-L$llvm/lib" "-Wl,-rpath,$llvm/lib" -lLLVM -lpthread)
if [ "$what" = fuzz ]; then
  flags+=(-fsanitize=fuzzer-no-link)
  sources+=(test/Simulator/ParserFuzz.cpp)
  libraries+=(-fsanitize=fuzzer)
else
  sources+=(unittests/Simulator/*.cpp)
  libraries+=(-lgtest -lgtest_main)
fi
compile() {
  object=$build/$what/$(echo "$1" | tr / _).o
  # The stamp is older than the compilation, so that an edit meanwhile counts.
  if [ ! -e "$object" ] || [ ! -e "$object.stamp" ] || [ -n "$(find lib/ts/Simulator include/ts/Simulator \
      unittests/Simulator test/Simulator -newer "$object.stamp" \
      -name '*.[ichp]*' | grep -E "\.h$|\.inc$|^$1$")" ]; then
    touch "$object.stamp"
    "$llvm/bin/clang++" "${flags[@]}" -c "$1" -o "$object"
  fi
}
export build what llvm
running=0
for source in "${sources[@]}"; do
  compile "$source" &
  running=$((running + 1))
  if [ "$running" -ge "$(nproc)" ]; then wait -n; running=$((running - 1)); fi
done
wait
"$llvm/bin/clang++" "${flags[@]}" "$build/$what"/*.o "${libraries[@]}" \
  -o "$build/$what/run"
if [ "$what" = test ]; then
  exec "$build/$what/run" --gtest_brief=1
fi
corpus=$build/corpus
mkdir -p "$corpus"
# Seeds: the kernels of the unit tests, and those that are on their own.
cp unittests/Simulator/*.ptx test/Simulator/*/*.ptx "$corpus" 2>/dev/null || true
python3 - "$corpus" <<'P'
import re, sys, glob
head = (".version 7.8\n.target sm_89\n.address_size 64\n.visible .entry f(.param "
        ".u64 out, .param .u64 in)\n{\n.reg .pred %p<20>; .reg .b16 %h<20>; .reg "
        ".b32 %r<40>; .reg .b64 %rd<40>;\n.reg .f32 %f<20>; .reg .f64 %d<20>;\n"
        "ld.param.u64 %rd1, [out]; ld.param.u64 %rd2, [in];\nmov.u32 %r1, %tid.x;"
        "mul.wide.u32 %rd5, %r1, 8; add.s64 %rd3, %rd1, %rd5; add.s64 %rd4, %rd2,"
        " %rd5;\n")
n = 0
for name in glob.glob("unittests/Simulator/*.cpp"):
    for body in re.findall(r'R"\((.*?)\)"', open(name).read(), re.S):
        body = re.sub(r"(?m)^[-+]", "", body)
        open("%s/seed%d.ptx" % (sys.argv[1], n), "w").write(head + body + "\n}\n")
        n += 1
P
grep -ohE '\{"[a-z0-9]+", decode' lib/ts/Simulator/Opcodes.cpp | cut -d'"' -f2 |
  sed 's/.*/"&"/' >"$build/words"
grep -ohE '"[a-zA-Z0-9:_.]{2,20}"' lib/ts/Simulator/*.cpp | sort -u >>"$build/words"
exec "$build/$what/run" "$corpus" -dict="$build/words" -max_len=4096 \
  -max_total_time="${2:-1800}" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1
