// Running sums of each block's part, by shuffles and one row of warp totals.
extern "C" __global__ void scan(const unsigned *in, unsigned *out) {
  __shared__ unsigned totals[32];
  unsigned lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  unsigned at = blockIdx.x * blockDim.x + threadIdx.x, value = in[at];
  for (unsigned offset = 1; offset < 32; offset *= 2) {
    unsigned other = __shfl_up_sync(~0u, value, offset);
    if (lane >= offset)
      value += other;
  }
  if (lane == 31)
    totals[warp] = value;
  __syncthreads();
  if (warp == 0) {
    unsigned total = lane < blockDim.x / 32 ? totals[lane] : 0;
    for (unsigned offset = 1; offset < 32; offset *= 2) {
      unsigned other = __shfl_up_sync(~0u, total, offset);
      if (lane >= offset)
        total += other;
    }
    totals[lane] = total;
  }
  __syncthreads();
  out[at] = value + (warp ? totals[warp - 1] : 0);
}
