// A tiled product with two buffers, filled by asynchronous copies.
#include <cuda_pipeline.h>

static __device__ void fill(float (*tile)[16], const float *from, int stride) {
  int row = threadIdx.x / 4, column = threadIdx.x % 4 * 4;
  __pipeline_memcpy_async(&tile[row][column], from + row * stride + column, 16);
}

extern "C" __global__ void sgemm(const float *a, const float *b, float *c,
                                 int n) {
  __shared__ __align__(16) float left[2][16][16], right[2][16][16];
  int row = threadIdx.x / 4, column = threadIdx.x % 4 * 4;
  const float *ofA = a + blockIdx.y * 16 * n, *ofB = b + blockIdx.x * 16;
  float sums[4] = {0, 0, 0, 0};
  fill(left[0], ofA, n);
  fill(right[0], ofB, n);
  __pipeline_commit();
  for (int k = 0; k < n; k += 16) {
    int now = k / 16 % 2;
    if (k + 16 < n) {
      fill(left[1 - now], ofA + k + 16, n);
      fill(right[1 - now], ofB + (k + 16) * n, n);
    }
    __pipeline_commit();
    __pipeline_wait_prior(1);
    __syncthreads();
#pragma unroll 4
    for (int i = 0; i < 16; ++i)
      for (int j = 0; j < 4; ++j)
        sums[j] += left[now][row][i] * right[now][i][column + j];
    __syncthreads();
  }
  for (int j = 0; j < 4; ++j)
    c[(blockIdx.y * 16 + row) * n + blockIdx.x * 16 + column + j] = sums[j];
}
