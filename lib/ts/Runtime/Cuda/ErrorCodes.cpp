//===- ErrorCodes.cpp - What to do about a driver error -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One row per driver result that a user can do something about. The names are
// kept here too, because a stub library cannot even name its own error.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

using namespace llvm;

namespace ts::rt::cuda {

static constexpr CodeFacts codes[] = {
    {1, "CUDA_ERROR_INVALID_VALUE",
     "an argument is outside of what the driver accepts"},
    {OutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY",
     "the GPU has not that much free memory; free some or take a smaller "
     "problem"},
    {StubLibrary, "CUDA_ERROR_STUB_LIBRARY",
     "this is the toolkit's stub for linking, not a driver; remove its folder "
     "from LD_LIBRARY_PATH and install the NVIDIA driver"},
    {NoDevice, "CUDA_ERROR_NO_DEVICE",
     "the driver sees no GPU; check nvidia-smi, CUDA_VISIBLE_DEVICES and the "
     "container's GPU options, or run on the simulator"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "no GPU has this number"},
    {200, "CUDA_ERROR_INVALID_IMAGE",
     "the image is neither PTX text nor a cubin that this driver reads"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "the cubin or PTX was made for another GPU; load PTX of this GPU's "
     "compute "
     "capability or a lower one"},
    {218, "CUDA_ERROR_INVALID_PTX",
     "the driver's compiler refuses this PTX; its log has the line"},
    {221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND",
     "the driver's PTX compiler is not installed (package "
     "libnvidia-ptxjitcompiler1 "
     "or its like); install it, or load a cubin"},
    {UnsupportedPtx, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     "the PTX version is newer than this driver; emit an older PTX version or "
     "update the driver"},
    {500, "CUDA_ERROR_NOT_FOUND", "the module has no symbol of this name"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "a kernel accessed memory that is not its own; this process has lost the "
     "GPU and must be started again; the simulator names the line"},
    {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
     "the kernel needs more registers or shared memory than one block may "
     "have; "
     "take smaller blocks or tiles"},
    {702, "CUDA_ERROR_LAUNCH_TIMEOUT",
     "a kernel ran longer than the display's watchdog allows; this process has "
     "lost the GPU and must be started again"},
    {710, "CUDA_ERROR_ASSERT",
     "an assertion in a kernel failed; this process has lost the GPU and must "
     "be started again"},
    {714, "CUDA_ERROR_HARDWARE_STACK_ERROR",
     "a kernel's stack is damaged; this process has lost the GPU and must be "
     "started again"},
    {715, "CUDA_ERROR_ILLEGAL_INSTRUCTION",
     "a kernel executed an instruction this GPU does not have; this process "
     "has "
     "lost the GPU and must be started again"},
    {716, "CUDA_ERROR_MISALIGNED_ADDRESS",
     "a kernel's access was not aligned to its width; this process has lost "
     "the "
     "GPU and must be started again; the simulator names the line"},
    {717, "CUDA_ERROR_INVALID_ADDRESS_SPACE",
     "a kernel used an address in the wrong address space; this process has "
     "lost the GPU and must be started again"},
    {718, "CUDA_ERROR_INVALID_PC",
     "a kernel jumped outside of its code; this process has lost the GPU and "
     "must be started again"},
    {719, "CUDA_ERROR_LAUNCH_FAILED",
     "a kernel failed on the GPU; this process has lost the GPU and must be "
     "started again"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY",
     "the GPUs are not initialised; on a machine with NVSwitch, start "
     "nvidia-fabricmanager"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
     "the driver library and the kernel module differ in version; restart the "
     "machine or install matching ones"},
    {999, "CUDA_ERROR_UNKNOWN",
     "the driver gives no reason; the kernel log (dmesg) may have one"},
};

const CodeFacts *findCode(Result code) {
  const CodeFacts *found =
      find_if(codes, [&](const CodeFacts &row) { return row.code == code; });
  return found == std::end(codes) ? nullptr : found;
}

} // namespace ts::rt::cuda
