//===- Print.cpp - printf -------------------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// nvcc turns `printf` into a call of `vprintf`: a string in global memory, and
// the arguments one behind the other, each at a multiple of its size. What is
// printed is kept by block, so that it comes in one order.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"
#include "Parser.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdio>

using namespace llvm;

namespace ts::sim {

/// A longer string has lost its end.
static constexpr size_t longestString = 1 << 16;
/// The width and the precision of a number, at most.
static constexpr int widest = 4096;

namespace {
/// One lane's call.
class Printer {
public:
  Printer(Warp &w, unsigned lane, uint64_t arguments)
      : w(w), lane(lane), next(arguments) {}
  /// Appends what the format makes of the arguments; false after a finding.
  bool print(uint64_t format, std::string &out);
  int count = 0; ///< of arguments read

private:
  bool readString(uint64_t address, std::string &text);
  template <class T>
  T argument();
  void printSpecifier(StringRef &format, std::string &out);
  void append(const std::string &specifier, char kind, bool wide,
              std::string &out);

  Warp &w;
  unsigned lane;
  uint64_t next;
  bool failed = false;
};
} // namespace

bool Printer::readString(uint64_t address, std::string &text) {
  for (; text.size() < longestString; ++address) {
    Access access;
    if (!w.find<1>(Space::Generic, address, lane, /*write=*/false, access))
      return false;
    if (*access.data == 0)
      return true;
    text += char(*access.data);
  }
  w.report(Finding::Kind::OutOfBounds, lane, address,
           "a string for 'printf' without an end");
  return false;
}

template <class T>
T Printer::argument() {
  T value{};
  next = (next + sizeof(T) - 1) / sizeof(T) * sizeof(T);
  Access access;
  if (failed || !w.find<sizeof(T)>(Space::Generic, next, lane,
                                   /*write=*/false, access)) {
    failed = true;
    return value;
  }
  std::memcpy(&value, access.data, sizeof(T));
  next += sizeof(T);
  ++count;
  return value;
}

template <class T>
static void appendAs(const std::string &specifier, T value, std::string &out) {
  std::vector<char> text(2 * widest + 512);
  int length =
      std::snprintf(text.data(), text.size(), specifier.c_str(), value);
  if (length > 0)
    out.append(text.data(), std::min(size_t(length), text.size() - 1));
}

void Printer::append(const std::string &specifier, char kind, bool wide,
                     std::string &out) {
  std::string text;
  if (StringRef("di").contains(kind))
    appendAs(specifier + "ll" + kind,
             wide ? argument<int64_t>() : int64_t(argument<int32_t>()), out);
  else if (StringRef("uoxX").contains(kind))
    appendAs(specifier + "ll" + kind,
             wide ? argument<uint64_t>() : uint64_t(argument<uint32_t>()), out);
  else if (StringRef("aAeEfFgG").contains(kind))
    appendAs(specifier + kind, argument<double>(), out);
  else if (kind == 'c')
    appendAs(specifier + kind, argument<int32_t>(), out);
  else if (kind == 'p')
    out += "0x" + utohexstr(argument<uint64_t>(), /*LowerCase=*/true);
  else if (readString(argument<uint64_t>(), text))
    appendAs(specifier + kind, text.c_str(), out);
  else
    failed = true;
}

/// From behind a '%'. What is no specifier is printed as it is.
void Printer::printSpecifier(StringRef &format, std::string &out) {
  StringRef whole = format;
  std::string specifier = "%";
  auto number = [&] {
    int value = 0;
    if (format.consume_front("*"))
      value = argument<int32_t>();
    else
      format.consumeInteger(10, value);
    specifier += std::to_string(std::clamp(value, -widest, widest));
  };
  while (!format.empty() && StringRef("-+ #0").contains(format[0])) {
    specifier += format[0];
    format = format.drop_front();
  }
  if (!format.empty() && (isDigit(format[0]) || format[0] == '*'))
    number();
  if (format.consume_front(".")) {
    specifier += '.';
    number();
  }
  size_t length =
      format.take_while([](char c) { return StringRef("hlLqjzt").contains(c); })
          .size();
  // `h` and `hh` are ints here already; all others have 8 bytes.
  bool wide = length && format[0] != 'h';
  format = format.drop_front(length);
  if (format.empty() || !StringRef("diuoxXaAeEfFgGcps").contains(format[0])) {
    out += ("%" + whole.drop_back(format.size())).str();
    return;
  }
  char kind = format[0];
  format = format.drop_front();
  append(specifier, kind, wide, out);
}

bool Printer::print(uint64_t address, std::string &out) {
  std::string text;
  if (!readString(address, text))
    return false;
  StringRef format = text;
  while (!format.empty() && !failed) {
    size_t plain = format.find('%');
    out += format.take_front(plain);
    format = format.drop_front(std::min(plain, format.size()));
    if (!format.consume_front("%"))
      break;
    if (format.consume_front("%"))
      out += '%';
    else
      printSpecifier(format, out);
  }
  return !failed;
}

//===----------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------===//

static void printLanes(Warp &w, const Instruction &i) {
  const Call &call = reinterpret_cast<const CallSite *>(i.immediate)->calls[0];
  auto place = [&](const Transfer &what, unsigned lane) {
    return size_t(lane) * w.kernel.localBytes + what.from.offset;
  };
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t values[2];
    for (unsigned n : {0u, 1u}) {
      size_t at = place(call.parameters[n], l);
      if (!Warp::isWritten<8>(w.localFlags.data() + at))
        return w.report(Finding::Kind::Uninitialized, l, 0,
                        "'vprintf' is called without an argument");
      std::memcpy(&values[n], w.local.data() + at, 8);
    }
    Printer printer(w, l, values[1]);
    std::string text;
    if (!printer.print(values[0], text))
      return;
    w.block.output += text;
    for (const Transfer &result : call.results) {
      size_t at = size_t(l) * w.kernel.localBytes + result.to.offset;
      std::memcpy(w.local.data() + at, &printer.count, 4);
      std::memset(w.localFlags.data() + at, writtenFlag, 4);
    }
  }
}

void decodePrint(Decoder &d) {
  unsigned results = d.callResults();
  if (results > 1 || d.operandCount() != results + 3)
    return d.failHere("'vprintf' has 2 parameters and 1 result");
  CallSite &site = d.newCall();
  site.calls.emplace_back();
  Call &call = site.calls[0];
  for (unsigned n = 0; n < d.operandCount(); ++n) {
    if (n == results)
      continue;
    Place place = d.placeOf(*d.operand(n), n < results ? 4 : 8, n < results);
    if (!place.local)
      return d.failHere("'vprintf' has its parameters in '.param'");
    if (n < results)
      call.results.push_back({{}, place, 4});
    else
      call.parameters.push_back({place, {}, 8});
  }
  d.out.immediate = reinterpret_cast<int64_t>(&site);
  d.out.handler = printLanes;
}

} // namespace ts::sim
