// The sum of an array: shuffles in a warp, shared memory in a block, one atomic
// operation for each block.
extern "C" __global__ void reduce(const int *in, int *out, int n) {
  __shared__ int partial[8];
  int sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += gridDim.x * blockDim.x)
    sum += in[i];
  for (int offset = 16; offset; offset /= 2)
    sum += __shfl_down_sync(~0u, sum, offset);
  if (threadIdx.x % 32 == 0)
    partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x < 32) {
    sum = threadIdx.x < blockDim.x / 32 ? partial[threadIdx.x] : 0;
    for (int offset = 4; offset; offset /= 2)
      sum += __shfl_xor_sync(~0u, sum, offset);
    if (threadIdx.x == 0)
      atomicAdd(out, sum);
  }
}
