// The pass writes the module's target from its options, for every chip of the
// table, and leaves a target that stands in the file alone.

// RUN: ts-opt %s --ts-attach-target | FileCheck %s --check-prefix=DEFAULT
// RUN: ts-opt %s --ts-attach-target='chip=l40s isa=86' | FileCheck %s --check-prefix=L40S
// RUN: ts-opt %s --ts-attach-target='chip=h100 isa=90' | FileCheck %s --check-prefix=H100
// RUN: ts-opt %s --ts-attach-target='chip=h200' | FileCheck %s --check-prefix=H200
// RUN: ts-opt %s --ts-attach-target='chip=a100 isa=80' | FileCheck %s --check-prefix=A100
// RUN: ts-opt %s --ts-attach-target='chip=h200' --ts-attach-target='chip=a100 isa=80' | FileCheck %s --check-prefix=H200

// DEFAULT: module attributes {ts.target = #ts.target<"rtx4090", isa = 89>}
// L40S: module attributes {ts.target = #ts.target<"l40s", isa = 86>}
// H100: module attributes {ts.target = #ts.target<"h100", isa = 90>}
// H200: module attributes {ts.target = #ts.target<"h200", isa = 89>}
// A100: module attributes {ts.target = #ts.target<"a100", isa = 80>}
module {
}
