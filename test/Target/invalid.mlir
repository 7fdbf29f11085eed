// A target written by hand is held to the same tables.

// RUN: ts-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{unknown chip 'gtx1080'; known chips are rtx4090, l40s, h100, h200, a100}}
module attributes {ts.target = #ts.target<"gtx1080", isa = 89>} {}

// -----

// expected-error @below {{unknown isa 61; known are 80, 86, 87, 89, 90}}
module attributes {ts.target = #ts.target<"h200", isa = 61>} {}

// -----

// expected-error @below {{isa 90 is newer than chip 'rtx4090', which has 89}}
module attributes {ts.target = #ts.target<"rtx4090", isa = 90>} {}

// -----

// expected-error @below {{"ts.target" must be a #ts.target, got "h200"}}
module attributes {ts.target = "h200"} {}

// -----

// expected-error @below {{"ts.target" belongs on a module}}
func.func private @f() attributes {ts.target = #ts.target<"h200", isa = 89>}

// -----

// expected-error @below {{"ts.contract" belongs on a function}}
module attributes {ts.contract = #ts.contract<arguments = [], products = []>} {}

// -----

// expected-error @below {{"ts.schedule" must be a #ts.schedule, got unit}}
func.func private @f() attributes {ts.schedule}

// -----

// expected-error @below {{unknown attribute "ts.chip"}}
module attributes {ts.chip = "h200"} {}
