// Chips and instruction sets that are not in the tables, or do not match.

// RUN: not ts-opt %s --ts-attach-target='chip=rtx9090' 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not ts-opt %s --ts-attach-target='isa=88' 2>&1 | FileCheck %s --check-prefix=ISA
// RUN: not ts-opt %s --ts-attach-target='chip=a100 isa=89' 2>&1 | FileCheck %s --check-prefix=NEWER

// CHIP: error: unknown chip 'rtx9090'; known chips are rtx4090, l40s, h100, h200, a100
// ISA: error: unknown isa 88; known are 80, 86, 87, 89, 90
// NEWER: error: isa 89 is newer than chip 'a100', which has 80
module {
}
