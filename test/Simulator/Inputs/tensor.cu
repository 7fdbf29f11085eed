// ldmatrix and mma.sync by hand: a 16 x 8 tile, k by 16, f16 to f32.
#include <cuda_fp16.h>

extern "C" __global__ void tensor(const __half *a, const __half *b, float *c,
                                  int k) {
  __shared__ __align__(16) __half left[16][24], right[16][8];
  int lane = threadIdx.x;
  float d[4] = {0, 0, 0, 0};
  for (int i = 0; i < k; i += 16) {
    for (int e = lane; e < 256; e += 32)
      left[e / 16][e % 16] = a[e / 16 * k + i + e % 16];
    for (int e = lane; e < 128; e += 32)
      right[e / 8][e % 8] = b[(i + e / 8) * 8 + e % 8];
    __syncwarp();
    unsigned from = __cvta_generic_to_shared(&left[lane % 16][lane / 16 * 8]);
    unsigned r[4], s[2];
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(from));
    from = __cvta_generic_to_shared(&right[lane % 16][0]);
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
                 : "=r"(s[0]), "=r"(s[1])
                 : "r"(from));
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, "
        "{%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3]), "r"(s[0]), "r"(s[1]));
    __syncwarp();
  }
  for (int e = 0; e < 4; ++e)
    c[(lane / 4 + e / 2 * 8) * 8 + lane % 4 * 2 + e % 2] = d[e];
}
