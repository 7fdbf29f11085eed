// A product on tensor cores: a warp for each 16 x 16 tile, B through shared
// memory, results in f16 and f32.
#include <mma.h>
using namespace nvcuda::wmma;

extern "C" __global__ void wmmaGemm(const __half *a, const __half *b, float *c,
                                    __half *h, int n, int k) {
  __shared__ __align__(32) __half tile[16][24];
  fragment<matrix_a, 16, 16, 16, __half, row_major> left;
  fragment<matrix_b, 16, 16, 16, __half, row_major> right;
  fragment<accumulator, 16, 16, 16, float> sums;
  fragment<accumulator, 16, 16, 16, __half> halves;
  fill_fragment(sums, 0.0f);
  int row = (blockIdx.y * 2 + threadIdx.x / 32) * 16, column = blockIdx.x * 16;
  for (int i = 0; i < k; i += 16) {
    for (int e = threadIdx.x; e < 256; e += blockDim.x)
      tile[e / 16][e % 16] = b[(i + e / 16) * n + column + e % 16];
    __syncthreads();
    load_matrix_sync(left, a + row * k + i, k);
    load_matrix_sync(right, &tile[0][0], 24);
    mma_sync(sums, left, right, sums);
    __syncthreads();
  }
  for (int i = 0; i < sums.num_elements; ++i)
    halves.x[i] = __float2half(sums.x[i] * 2);
  store_matrix_sync(c + row * n + column, sums, n, mem_row_major);
  store_matrix_sync(h + row * n + column, halves, n, mem_row_major);
}
