"""A GPU by its driver alone (libcuda.so.1), and .npy files of 64-bit words.

Shared by differential.py, counters.py and kernels.py, which run on machines
that have nothing but Python and the driver.
"""
import ctypes
import struct


class Gpu:
    def __init__(self):
        self.lib = ctypes.CDLL("libcuda.so.1")
        self.call("cuInit", 0)
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self.call("cuDeviceGet", ctypes.byref(device), 0)
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self.call("cuCtxSetCurrent", context)
        name = ctypes.create_string_buffer(100)
        self.call("cuDeviceGetName", name, 100, device)
        self.name = name.value.decode()
        major = ctypes.c_int()
        self.call("cuDeviceGetAttribute", ctypes.byref(major), 75, device)
        self.model = "hopper" if major.value >= 9 else "ada"

    def call(self, function, *arguments):
        code = getattr(self.lib, function)(*arguments)
        if code:
            raise RuntimeError("%s: error %d" % (function, code))

    def allocate(self, count):
        address = ctypes.c_uint64()
        self.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(count))
        self.call("cuMemsetD8_v2", address, 0, ctypes.c_size_t(count))
        return address

    def load(self, ptx):
        module = ctypes.c_void_p()
        self.call("cuModuleLoadData", ctypes.byref(module), ptx.encode() + b"\0")
        return module

    def upload(self, address, data):
        self.call("cuMemcpyHtoD_v2", address, data, ctypes.c_size_t(len(data)))

    def download(self, address, count):
        result = ctypes.create_string_buffer(count)
        self.call("cuMemcpyDtoH_v2", result, address, ctypes.c_size_t(count))
        return result.raw

    def launch(self, module, name, grid, block, arguments):
        """Runs a kernel of the module on buffers and 32-bit numbers, and waits
        for it. `grid` and `block` have two axes."""
        kernel = ctypes.c_void_p()
        self.call("cuModuleGetFunction", ctypes.byref(kernel), module,
                  name.encode())
        values = [ctypes.c_int32(a) if isinstance(a, int) else a
                  for a in arguments]
        pointers = (ctypes.c_void_p * len(values))(
            *(ctypes.addressof(value) for value in values))
        self.call("cuLaunchKernel", kernel, *grid, 1, *block, 1, 0, None,
                  pointers, None)
        self.call("cuCtxSynchronize")

    def run(self, ptx, data, words, grid, block):
        """The `words` 64-bit words that kernel f(out, in) leaves in `out`."""
        module = self.load(ptx)
        out, source = self.allocate(8 * words), self.allocate(len(data))
        self.upload(source, data)
        self.launch(module, "f", (grid, 1), (block, 1), (out, source))
        result = self.download(out, 8 * words)
        for address in (out, source):
            self.call("cuMemFree_v2", address)
        self.call("cuModuleUnload", module)
        return result


def write_npy(path, data):
    header = "{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }" % (
        len(data) // 8)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) +
                   header.encode() + data)


def read_npy(path):
    with open(path, "rb") as file:
        data = file.read()
    return data[10 + struct.unpack_from("<H", data, 8)[0]:]
