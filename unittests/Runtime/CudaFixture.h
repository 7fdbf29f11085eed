//===- CudaFixture.h - Tests against the fake CUDA driver ------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A fresh fake driver for every test, and the runtime's device on top of it.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_RUNTIME_CUDAFIXTURE_H
#define TS_UNITTESTS_RUNTIME_CUDAFIXTURE_H

#include "FakeCuda.h"
#include "TestErrors.h"

#include "ts/Runtime/Device.h"

#include "gtest/gtest.h"

#include <dlfcn.h>

namespace ts::rt {

class CudaFixture : public testing::Test {
protected:
  void SetUp() override {
    void *library = dlopen(TS_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
    auto get =
        reinterpret_cast<fake::Cuda *(*)()>(dlsym(library, "tsFakeCuda"));
    ASSERT_NE(get, nullptr);
    cuda = get();
    *cuda = fake::Cuda();
  }

  std::unique_ptr<Device> open() {
    return valueOf(openCudaDevice(TS_FAKE_CUDA, TS_FAKE_CUDA));
  }
  std::string openFailure() { return failureOf(openCudaDevice(TS_FAKE_CUDA)); }

  /// A kernel of a freshly loaded module.
  KernelHandle storeKernel(Device &device) {
    ModuleHandle module = valueOf(device.loadModule(".version 7.8"));
    return valueOf(device.getKernel(module, "store"));
  }

  fake::Cuda *cuda = nullptr;
};

} // namespace ts::rt

#endif // TS_UNITTESTS_RUNTIME_CUDAFIXTURE_H
