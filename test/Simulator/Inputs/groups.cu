// Cooperative groups: of two warps, of an eighth of one, of those that are
// there, and of those that agree. Groups of several warps talk through the part
// of shared memory that belongs to the system; with -G they set bit fields in
// words of local memory.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

namespace cg = cooperative_groups;

extern "C" __global__ void pairsOfWarps(const int *in, int *out) {
  auto block = cg::this_thread_block();
  auto tile = cg::tiled_partition<64>(block);
  int sum = cg::reduce(tile, in[block.thread_rank()], cg::plus<int>());
  tile.sync();
  auto few = cg::tiled_partition<4>(block);
  for (int by = 2; by; by /= 2)
    sum += few.shfl_xor(in[block.thread_rank()], by);
  out[block.thread_rank()] = sum;
}

extern "C" __global__ void thoseThere(const int *in, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n || in[i] % 3 != 0)
    return;
  auto group = cg::coalesced_threads();
  int base = 0;
  if (group.thread_rank() == 0)
    base = atomicAdd(out, int(group.size()));
  base = group.shfl(base, 0);
  out[1 + base + group.thread_rank()] = in[i];
}

extern "C" __global__ void thoseThatAgree(const int *in, int *out) {
  auto block = cg::this_thread_block();
  auto warp = cg::tiled_partition<32>(block);
  auto part = cg::binary_partition(warp, in[block.thread_rank()] & 1);
  out[block.thread_rank()] = cg::reduce(part, 1, cg::plus<int>());
}
