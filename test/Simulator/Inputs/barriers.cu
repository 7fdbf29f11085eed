// Warps with different tasks: one fills buffers, one works on them; named
// barriers say which of two buffers is full and which is free.
static __device__ void await(int barrier) {
  asm volatile("bar.sync %0, 64;" ::"r"(barrier) : "memory");
}
static __device__ void announce(int barrier) {
  asm volatile("bar.arrive %0, 64;" ::"r"(barrier) : "memory");
}

extern "C" __global__ void barriers(const int *in, int *out, int rounds) {
  __shared__ int buffer[2][32];
  int lane = threadIdx.x % 32;
  if (threadIdx.x < 32) {
    for (int i = 0; i < rounds; ++i) {
      if (i >= 2)
        await(3 + i % 2);
      buffer[i % 2][lane] = in[i * 32 + lane] * 2;
      announce(1 + i % 2);
    }
    return;
  }
  int sum = 0;
  for (int i = 0; i < rounds; ++i) {
    await(1 + i % 2);
    sum += buffer[i % 2][31 - lane];
    if (i + 2 < rounds)
      announce(3 + i % 2);
  }
  out[lane] = sum;
}
