// Plain kernels as a user of nvcc writes them. `plain.ptx` beside this file is
// what `nvcc -ptx -arch=sm_89` made of it.
extern "C" {

__constant__ float scales[4] = {0.5f, -2.0f, 4.0f, 0.25f};

__global__ void saxpy(int n, float a, const float *x, float *y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] = a * x[i] + y[i];
}

__global__ void transpose(const float *in, float *out, int rows, int columns) {
  __shared__ float tile[16][17];
  int x = blockIdx.x * 16 + threadIdx.x, y = blockIdx.y * 16 + threadIdx.y;
  if (x < columns && y < rows)
    tile[threadIdx.y][threadIdx.x] = in[y * columns + x];
  __syncthreads();
  x = blockIdx.y * 16 + threadIdx.x;
  y = blockIdx.x * 16 + threadIdx.y;
  if (x < rows && y < columns)
    out[y * rows + x] = tile[threadIdx.x][threadIdx.y];
}

__global__ void tiledMatmul(const double *a, const double *b, double *c, int n) {
  __shared__ double left[8][8], right[8][8];
  int column = blockIdx.x * 8 + threadIdx.x, row = blockIdx.y * 8 + threadIdx.y;
  double sum = 0;
  for (int k = 0; k < n; k += 8) {
    bool inLeft = row < n && k + threadIdx.x < n;
    bool inRight = column < n && k + threadIdx.y < n;
    left[threadIdx.y][threadIdx.x] = inLeft ? a[row * n + k + threadIdx.x] : 0;
    right[threadIdx.y][threadIdx.x] =
        inRight ? b[(k + threadIdx.y) * n + column] : 0;
    __syncthreads();
    for (int i = 0; i < 8; ++i)
      sum += left[threadIdx.y][i] * right[i][threadIdx.x];
    __syncthreads();
  }
  if (row < n && column < n)
    c[row * n + column] = sum;
}

__global__ void reduce(const int *in, int *total, int n) {
  extern __shared__ int partial[];
  int sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += gridDim.x * blockDim.x)
    sum += in[i];
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int step = blockDim.x / 2; step >= 32; step /= 2) {
    if (threadIdx.x < step)
      partial[threadIdx.x] += partial[threadIdx.x + step];
    __syncthreads();
  }
  if (threadIdx.x < 32) {
    sum = partial[threadIdx.x];
    for (int step = 16; step; step /= 2)
      sum += __shfl_down_sync(~0u, sum, step);
    if (threadIdx.x == 0)
      atomicAdd(total, sum);
  }
}

__global__ void indexing(const unsigned char *bytes, short *out, int n, int d) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int q = (i - n / 2) / d, r = (i - n / 2) % d;
  float scaled = scales[i & 3] * (float)bytes[i];
  out[i] = (short)(q * 100 + r + (int)scaled);
}

struct Scaled {
  int n;
  float4 v;
  const float *values;
};

__global__ void byValue(Scaled scaled, float *out) {
  int i = threadIdx.x;
  if (i < scaled.n)
    out[i] = scaled.values[i] * scaled.v.x + scaled.v.w;
}

__global__ void localArray(int *out, int k) {
  int a[16];
  for (int i = 0; i < 16; ++i)
    a[i] = i * k;
  int sum = 0;
  for (int i = 0; i < k; ++i)
    sum += a[(sum + i) & 15];
  out[threadIdx.x] = sum + threadIdx.x;
}

__global__ void wideIndex(long long n, unsigned long long *out) {
  unsigned long long i =
      blockIdx.x * (unsigned long long)blockDim.x + threadIdx.x;
  out[i] = (i * 0x123456789abcull) / (n + 1) % (i + 3);
}

__global__ void characters(const signed char *a, unsigned char *b, short *c,
                           bool *larger) {
  int i = threadIdx.x;
  b[i] = a[i] * 3;
  c[i] = a[i] - b[i];
  larger[i] = a[i] > c[i];
}

__global__ void asyncReverse(const float *in, float *out) {
  __shared__ __align__(16) float tile[128];
  unsigned to = __cvta_generic_to_shared(tile + threadIdx.x * 4);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;\n" ::"r"(to),
               "l"(in + threadIdx.x * 4));
  asm volatile("cp.async.commit_group;\ncp.async.wait_group 0;\n");
  __syncthreads();
  out[threadIdx.x] = tile[127 - threadIdx.x];
}

}
