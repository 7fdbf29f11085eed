// The odd numbers, packed: ballots, counts of bits, a place for each warp.
extern "C" __global__ void compact(const int *in, int *out, int *count, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x & 31;
  int value = i < n ? in[i] : 0;
  unsigned chosen = __ballot_sync(~0u, value & 1);
  if (!chosen)
    return;
  int leader = __ffs(chosen) - 1, base = 0;
  if (lane == leader)
    base = atomicAdd(count, __popc(chosen));
  base = __shfl_sync(~0u, base, leader);
  if (value & 1)
    out[base + __popc(chosen & ((1u << lane) - 1))] = value;
  if (__all_sync(__activemask(), value & 1) && lane == 0)
    atomicMax(count + 1, value);
}
