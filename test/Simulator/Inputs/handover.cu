// Each block hands its part on to the next one through a flag.
#include <cuda/atomic>

extern "C" __global__ void handover(int *parts, int *flags, int *out) {
  int b = blockIdx.x, t = threadIdx.x;
  parts[b * 32 + t] = b * 100 + t;
  __syncwarp();
  cuda::atomic_ref<int, cuda::thread_scope_device> mine(flags[b]);
  if (t == 0)
    mine.store(1, cuda::std::memory_order_release);
  if (b == 0)
    return;
  cuda::atomic_ref<int, cuda::thread_scope_device> theirs(flags[b - 1]);
  if (t == 0)
    while (theirs.load(cuda::std::memory_order_acquire) == 0) {
    }
  __syncwarp();
  out[b * 32 + t] = parts[(b - 1) * 32 + t];
}
