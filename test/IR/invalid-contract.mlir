// Contracts that name what is not there, or products that do not compose.

// RUN: ts-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{product 0: operand 'b' is number 3, but there are 3 arguments and 0 earlier products}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 3, c = 2>]>}

// -----

// expected-error @below {{product 0: operand 'a' is number -1, but there are 3 arguments and 0 earlier products}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = -1, b = 1, c = 2>]>}

// -----

// expected-error @below {{product 1: operand 'a' is number -2, but there are 3 arguments and 1 earlier products}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = 2>, <a = -2, b = 1, c = 2>]>}

// -----

// expected-error @below {{product 1: operand 'c' is number -3, but there are 3 arguments and 1 earlier products}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = 2>, <a = 0, b = 1, c = -3>]>}

// -----

// expected-error @below {{product 0: operand 'a' is argument 0 of type 'memref<4xf32>', which is not a matrix}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = 2>]>}

// -----

// expected-error @below {{product 0: operand 'c' is argument 2 of type 'index', which is not a matrix}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, index], products = [<a = 0, b = 1, c = 2>]>}

// -----

// expected-error @below {{product 0: rows of 'b' are 3, but columns of 'a' are 2}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = 2, transposeB = true>]>}

// -----

// expected-error @below {{product 0: rows of 'b' are 2, but columns of 'a' are 4}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = 2, transposeA = true>]>}

// -----

// expected-error @below {{product 0: rows of 'c' are 4, but rows of 'a' are 2}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<2x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = 2>]>}

// -----

// expected-error @below {{product 1: columns of 'c' are 3, but columns of 'b' are 2}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>, memref<3x2xf32>], products = [<a = 0, b = 1, c = -1>, <a = -1, b = 3, c = 2>]>}

// -----

// expected-error @below {{product 0: operand 'c' is its own result, but beta is not 0}}
func.func private @f() attributes {ts.contract = #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>], products = [<a = 0, b = 1, c = -1, beta = 1.0 : f32>]>}
