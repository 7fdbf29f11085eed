// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-verify-form=stage=distribute
// RUN: ts-opt %s -split-input-file --ts-verify-form=stage=raise -o /dev/null

// What belongs to a whole warp, or is wider than a lane's access, is found in
// a kernel; host code may hold what it likes.

func.func @host(%a: memref<64xf32>, %i: index, %v: vector<8xf32>) {
  vector.store %v, %a[%i] : memref<64xf32>, vector<8xf32>
  return
}

// -----

func.func @wide(%a: memref<64xf32>) {
  %c1 = arith.constant 1 : index
  %v = arith.constant dense<2.0> : vector<8xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // expected-error @+1 {{'vector.store' op moves more than 128 bits per lane after step 'distribute'}}
    vector.store %v, %a[%tx] : memref<64xf32>, vector<8xf32>
    gpu.terminator
  }
  return
}

// -----

func.func @warp(%a: memref<64xf32>) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // expected-error @+1 {{'vector.transfer_read' op still belongs to a whole warp after step 'distribute'}}
    %v = vector.transfer_read %a[%tx], %zero {in_bounds = [true]} : memref<64xf32>, vector<4xf32>
    vector.store %v, %a[%tx] : memref<64xf32>, vector<4xf32>
    gpu.terminator
  }
  return
}

// -----

func.func @undealt() {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // expected-error @+1 {{'ts.alloc' op is not dealt to lanes after step 'distribute'}}
    %b = ts.alloc block : memref<32x64xf32, #gpu.address_space<workgroup>>
    gpu.terminator
  }
  return
}
