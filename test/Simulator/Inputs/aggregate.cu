// The leader of the lanes that keep an element counts for all of them; the
// others' `base` has no value until they get the leader's.
extern "C" __global__ void aggregate(const int *in, int *out, int *count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int lane = threadIdx.x % 32, base;
  unsigned kept = __ballot_sync(~0u, in[i] % 3 == 0);
  if (lane == 0)
    base = atomicAdd(count, __popc(kept));
  base = __shfl_sync(~0u, base, 0);
  if (kept >> lane & 1)
    out[base + __popc(kept & ((1u << lane) - 1))] = in[i];
}
