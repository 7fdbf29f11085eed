// Numbers of 128 bits by pieces of 32, with carries; bytes by four at a time.
extern "C" __global__ void wide(const uint4 *a, const uint4 *b, uint4 *sum,
                                unsigned long long *top, unsigned char *dots) {
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  uint4 x = a[t], y = b[t], z;
  asm("add.cc.u32 %0, %4, %8; addc.cc.u32 %1, %5, %9;"
      "addc.cc.u32 %2, %6, %10; addc.u32 %3, %7, %11;"
      : "=r"(z.x), "=r"(z.y), "=r"(z.z), "=r"(z.w)
      : "r"(x.x), "r"(x.y), "r"(x.z), "r"(x.w), "r"(y.x), "r"(y.y), "r"(y.z),
        "r"(y.w));
  sum[t] = z;
  unsigned long long p = x.x | (unsigned long long)x.y << 32,
                     q = y.x | (unsigned long long)y.y << 32;
  top[t] = __umul64hi(p, q) + p / (q | 1) % 1000;
  dots[t] = (unsigned char)(__dp4a((int)x.z, (int)y.z, 5) ^
                            __byte_perm(x.w, y.w, 0x5140));
}
