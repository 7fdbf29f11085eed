// Members that nobody sets, and classes without any, passed by value: compilers
// copy them all the same.
struct Plus {
  __device__ int operator()(int a, int b) const { return a + b; }
};
struct Pair {
  int a, b;
  char c;
  bool d;
};
struct Holder {
  Plus plus;
  int x;
};

template <class Op>
__device__ __noinline__ int apply(Op op, int a, int b) {
  return op(a, b);
}
template <class Op>
__device__ int twice(Op op, int a) {
  Op other = op;
  return apply(other, a, apply(op, a, a));
}
__device__ __noinline__ int pick(Pair pair, int n) {
  Pair copy = pair;
  return n >= 1000 ? copy.b + copy.c + copy.d : copy.a;
}
__device__ __noinline__ int hold(Holder holder) {
  Holder copy = holder;
  return twice(copy.plus, copy.x);
}

extern "C" __global__ void members(const int *in, int *out) {
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  Pair pair;
  pair.a = in[t];
  if (in[t] >= 1000)
    pair.b = pair.c = pair.d = 1;
  Holder holder;
  holder.x = t;
  out[t] = twice(Plus(), in[t]) + pick(pair, in[t]) + hold(holder);
}
