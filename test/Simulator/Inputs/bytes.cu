// 8-bit floats: conversions, and on tensor cores where the GPU has them.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

extern "C" __global__ void toBytes(const float *in, unsigned char *e4m3,
                                   unsigned char *e5m2, float *back, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  __nv_fp8_e4m3 a(in[i]);
  __nv_fp8_e5m2 b(in[i]);
  e4m3[i] = a.__x;
  e5m2[i] = b.__x;
  back[i] = float(a) + float(b);
}

/// 16x8 sums of 32 products, e4m3 times e5m2.
extern "C" __global__ void multiplyBytes(const unsigned *a, const unsigned *b,
                                         float *d) {
#if __CUDA_ARCH__ >= 890
  unsigned g = threadIdx.x / 4, t = threadIdx.x % 4;
  unsigned x[4] = {a[g * 8 + t], a[(g + 8) * 8 + t], a[g * 8 + t + 4],
                   a[(g + 8) * 8 + t + 4]};
  unsigned y[2] = {b[g * 8 + t], b[g * 8 + t + 4]};
  float c[4] = {};
  asm("mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e5m2.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y[0]), "r"(y[1]));
  for (int i = 0; i < 4; ++i)
    d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = c[i];
#else
  for (int i = threadIdx.x; i < 128; i += 32) {
    float sum = 0;
    for (int k = 0; k < 32; ++k) {
      __nv_fp8_e4m3 x;
      __nv_fp8_e5m2 y;
      x.__x = a[i / 8 * 8 + k / 4] >> (k % 4 * 8);
      y.__x = b[i % 8 * 8 + k / 4] >> (k % 4 * 8);
      sum += float(x) * float(y);
    }
    d[i] = sum;
  }
#endif
}
