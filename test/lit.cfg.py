# How lit runs test/: which files, with which tools, under which features.
import ctypes
import os
import shutil
import sys

import lit.formats

config.name = "ts"
config.test_format = lit.formats.ShTest()
config.suffixes = [".mlir", ".test", ".ptx"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.ts_build_dir, "test")

tools_dir = os.path.join(config.ts_build_dir, "bin")
config.environment["PATH"] = os.pathsep.join(
    [tools_dir, config.llvm_tools_dir, config.environment["PATH"]]
)
config.environment["FILECHECK_OPTS"] = "--enable-var-scope"

config.substitutions += [
    ("%tools", tools_dir),
    ("%python", sys.executable),
    ("%build", config.ts_build_dir),
    ("%source", config.ts_source_dir),
    ("%examples", os.path.join(config.ts_source_dir, "examples")),
]


cuda_home = os.environ.get("CUDA_HOME", "/usr/local/cuda")


def find_cuda_tool(name):
    """A tool of CUDA's where the compiler looks for it, or None."""
    found = shutil.which(name)
    if found:
        return found
    path = os.path.join(cuda_home, "bin", name)
    return path if os.access(path, os.X_OK) else None


def has_gpu():
    """Whether the driver can be loaded and counts at least one device."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
        count = ctypes.c_int(0)
        started = driver.cuInit(0) == 0
        counted = started and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
        return counted and count.value > 0
    except (OSError, AttributeError):
        return False


for name in ("CUDA_HOME", "CUDA_VISIBLE_DEVICES"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

for name in ("ptxas", "nvcc"):
    tool = find_cuda_tool(name)
    if tool:
        config.available_features.add(name)
        config.substitutions.append(("%" + name, tool))

if config.portable:
    config.available_features.add("portable")
if os.path.exists(os.path.join(cuda_home, "nvvm", "libdevice", "libdevice.10.bc")):
    config.available_features.add("libdevice")

# A GPU that must be there counts as there: its tests then fail without it.
only_gpu = os.environ.get("TS_ONLY_GPU") == "1"
if only_gpu or config.require_gpu or has_gpu():
    config.available_features.add("cuda")
if only_gpu:
    config.limit_to_features = {"cuda"}

if os.environ.get("TS_VERIFY_ROUNDTRIP") == "1":
    config.available_features.add("roundtrip")
    config.substitutions.append(
        (r"(?<![-=/.\w])ts-opt(?![-/.\w])", "ts-opt --verify-roundtrip")
    )
