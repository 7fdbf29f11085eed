// Functions by pointer, from a table; recursion with variables of each call; a
// switch that becomes a branch by index; printf.
#include <cstdio>

typedef float (*Function)(float, int);

__device__ __noinline__ float half(float x, int n) { return x / 2 + n; }
__device__ __noinline__ float twice(float x, int n) { return x * 2 - n; }
__device__ __noinline__ float square(float x, int) { return x * x; }

__constant__ Function table[3] = {half, twice, square};

extern "C" __global__ void byPointer(const float *in, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = table[i % 3](in[i], i);
}

/// Ackermann's function has calls within the arguments of calls.
__device__ __noinline__ int ackermann(int m, int n) {
  if (m == 0)
    return n + 1;
  if (n == 0)
    return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

/// The caller's sums are reached through pointers.
__device__ __noinline__ void digits(int n, int *sums) {
  int mine[2] = {0, 0};
  if (n >= 10)
    digits(n / 10, mine);
  sums[0] = mine[0] + n % 10;
  sums[1] = mine[1] + 1;
}

extern "C" __global__ void recursive(int *out) {
  int i = threadIdx.x, sums[2];
  digits(i * i * i, sums);
  out[i] = ackermann(i % 3, i % 4) * 1000 + sums[0] * 10 + sums[1];
}

extern "C" __global__ void interpreter(const unsigned char *program, int *out,
                                       int length) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int a = i, b = 1;
  for (int at = 0; at < length; ++at)
    switch (program[(at + i) % length]) {
    case 0:
      a += b;
      break;
    case 1:
      b = a ^ 5;
      break;
    case 2:
      a = a * 3 - at;
      break;
    case 3:
      b -= a;
      break;
    case 4:
      a = b >> 1;
      break;
    case 5:
      b = __popc(a) + b;
      break;
    case 6:
      a = -a;
      break;
    default:
      a = a & 0xffff;
    }
  out[i] = a * 7 + b;
}

extern "C" __global__ void report(const float *in, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && in[i] < 0)
    printf("%s %d: %.2f %lld\n", "negative", i, in[i], (long long)i << 40);
}

/// Waits a while, by the clock.
extern "C" __global__ void wait(long long *out, int cycles) {
  long long start = clock64();
  while (clock64() - start < cycles)
    ;
  out[threadIdx.x] = clock64() - start;
}
