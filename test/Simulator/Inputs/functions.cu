// Functions that are not inlined: structures by value, narrow parameters, calls
// from divergent code and from each other.
struct Shape {
  double scale;
  int count;
  float values[3];
};

static __device__ __noinline__ float apply(float a, float b) {
  return a * b + 1;
}

static __device__ __noinline__ Shape change(int i, Shape shape) {
  shape.count += i;
  shape.values[i % 3] = apply((float)shape.scale, (float)i);
  return shape;
}

static __device__ __noinline__ void put(int *to, short value, char more,
                                        bool really) {
  if (really)
    *to = value + more;
}

extern "C" __global__ void functions(Shape *shapes, int *out) {
  int t = threadIdx.x;
  if (t & 1)
    shapes[t] = change(t, shapes[t]);
  else
    shapes[t].values[0] = apply(3, shapes[t].values[1]);
  put(out + t, (short)(t * 300), (char)t, t > 3);
  if (t < 4)
    out[t] = (int)apply((float)t, 7);
}
