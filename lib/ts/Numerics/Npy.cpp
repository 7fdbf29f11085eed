//===- Npy.cpp - Arrays in .npy files -------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The header is a Python literal: a dictionary of three known keys. A small
// scanner reads exactly that and refuses everything else.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace ts::num;

static constexpr uint64_t maxHeaderBytes = 64 * 1024;
static constexpr size_t maxRank = 32;

namespace {
/// Reads the dictionary of a header from left to right.
class HeaderScanner {
public:
  explicit HeaderScanner(StringRef text) : rest(text) {}

  /// Empty on success, else what is wrong.
  std::string scan(NpyHeader &header);

private:
  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  bool quoted(StringRef &text);
  std::string scanEntry(NpyHeader &header);
  std::string scanType(NpyHeader &header);
  std::string scanShape(NpyHeader &header);

  StringRef rest;
  bool sawType = false, sawOrder = false, sawShape = false;
};
} // namespace

bool HeaderScanner::quoted(StringRef &text) {
  rest = rest.ltrim();
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
    return false;
  size_t end = rest.find(rest[0], 1);
  if (end == StringRef::npos)
    return false;
  text = rest.slice(1, end);
  rest = rest.drop_front(end + 1);
  return true;
}

std::string HeaderScanner::scanType(NpyHeader &header) {
  StringRef descr;
  if (!quoted(descr))
    return "structured types are not supported";
  if (descr.starts_with(">"))
    return "big-endian data (" + descr.str() + ") is not supported";
  if (descr.contains('O'))
    return "Python objects (pickles) are not supported";
  StringRef kind = descr;
  kind = kind.ltrim("<|=");
  auto type = StringSwitch<std::optional<ElementType>>(kind)
                  .Case("f2", ElementType::F16)
                  .Case("f4", ElementType::F32)
                  .Case("f8", ElementType::F64)
                  .Cases({"i1", "u1", "b1"}, ElementType::I8)
                  .Cases({"i2", "u2"}, ElementType::I16)
                  .Cases({"i4", "u4"}, ElementType::I32)
                  .Cases({"i8", "u8"}, ElementType::I64)
                  .Default(std::nullopt);
  if (!type)
    return "element type '" + descr.str() + "' is not supported";
  header.type = *type;
  return "";
}

std::string HeaderScanner::scanShape(NpyHeader &header) {
  if (!consume("("))
    return "the shape is not a tuple";
  while (!consume(")")) {
    rest = rest.ltrim();
    uint64_t extent;
    if (rest.consumeInteger(10, extent) || extent > uint64_t(INT64_MAX))
      return "the shape holds something that is no extent";
    if (header.shape.size() == maxRank)
      return "the shape has more than " + utostr(maxRank) + " dimensions";
    bool overflow = false;
    header.elements = SaturatingMultiply(header.elements, extent, &overflow);
    if (overflow)
      return "the product of the shape overflows";
    header.shape.push_back(int64_t(extent));
    if (!consume(",") && !rest.ltrim().starts_with(")"))
      return "the shape is not a tuple of extents";
  }
  return "";
}

std::string HeaderScanner::scanEntry(NpyHeader &header) {
  StringRef key;
  if (!quoted(key) || !consume(":"))
    return "the header is not a dictionary";
  if (key == "descr" && !std::exchange(sawType, true))
    return scanType(header);
  if (key == "shape" && !std::exchange(sawShape, true))
    return scanShape(header);
  if (key == "fortran_order" && !std::exchange(sawOrder, true)) {
    header.columnMajor = consume("True");
    if (!header.columnMajor && !consume("False"))
      return "fortran_order is neither True nor False";
    return "";
  }
  return "unexpected or repeated key in the header";
}

std::string HeaderScanner::scan(NpyHeader &header) {
  if (!consume("{"))
    return "the header is not a dictionary";
  while (!consume("}")) {
    std::string problem = scanEntry(header);
    if (!problem.empty())
      return problem;
    if (!consume(",") && !rest.ltrim().starts_with("}"))
      return "the header is not a dictionary";
  }
  if (!rest.trim().empty())
    return "there is text after the header's dictionary";
  if (!sawType || !sawOrder || !sawShape)
    return "the header lacks descr, fortran_order or shape";
  return "";
}

/// Reads magic, version and header; empty on success, else what is wrong.
static std::string readHeader(StringRef bytes, NpyHeader &header) {
  if (!bytes.starts_with("\x93NUMPY"))
    return "not a .npy file";
  if (bytes.size() < 10)
    return "the file ends inside its header";
  unsigned major = uint8_t(bytes[6]);
  if (major < 1 || major > 3)
    return "format version " + utostr(major) + " is not supported";
  uint64_t prefix = major == 1 ? 10 : 12;
  if (bytes.size() < prefix)
    return "the file ends inside its header";
  uint64_t length = major == 1 ? support::endian::read16le(bytes.data() + 8)
                               : support::endian::read32le(bytes.data() + 8);
  if (length > maxHeaderBytes)
    return "the header claims " + utostr(length) + " bytes; at most " +
           utostr(maxHeaderBytes) + " are accepted";
  if (bytes.size() - prefix < length)
    return "the file ends inside its header";
  header.dataOffset = prefix + length;
  return HeaderScanner(bytes.substr(prefix, length)).scan(header);
}

static std::string checkSize(StringRef bytes, const NpyHeader &header) {
  bool overflow = false;
  uint64_t expected = SaturatingMultiply<uint64_t>(
      header.elements, byteSize(header.type), &overflow);
  uint64_t present = bytes.size() - header.dataOffset;
  if (overflow || expected != present)
    return "the header asks for " +
           (overflow ? std::string("more than 2^64") : utostr(expected)) +
           " bytes of data, but the file has " + utostr(present);
  return "";
}

Expected<NpyFile> NpyFile::parse(std::unique_ptr<MemoryBuffer> buffer,
                                 StringRef name) {
  NpyFile file;
  StringRef bytes = buffer->getBuffer();
  std::string problem = readHeader(bytes, file.head);
  if (problem.empty())
    problem = checkSize(bytes, file.head);
  if (!problem.empty())
    return createStringError(name + ": " + problem);
  file.buffer = std::move(buffer);
  return std::move(file);
}

Expected<NpyFile> NpyFile::open(StringRef path) {
  // A device such as /dev/zero may never end.
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) &&
      status.type() == sys::fs::file_type::character_file)
    return createStringError(path + ": not a .npy file");
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(path + ": " + buffer.getError().message());
  return parse(std::move(*buffer), path);
}

const void *NpyFile::rowMajorData() {
  const char *data = buffer->getBufferStart() + head.dataOffset;
  if (!head.columnMajor || head.shape.size() < 2 || head.elements == 0)
    return data;
  if (!reordered.empty())
    return reordered.data();
  unsigned size = byteSize(head.type);
  reordered.resize(head.elements * size);
  SmallVector<int64_t> index(head.shape.size(), 0);
  for (uint64_t i = 0; i < head.elements; ++i) {
    uint64_t from = 0;
    for (size_t d = head.shape.size(); d-- > 0;)
      from = from * head.shape[d] + index[d];
    std::memcpy(&reordered[i * size], data + from * size, size);
    for (size_t d = head.shape.size(); d-- > 0;) {
      if (++index[d] < head.shape[d])
        break;
      index[d] = 0;
    }
  }
  return reordered.data();
}

bool ts::num::npyTypeFits(ElementType file, ElementType buffer) {
  return file == buffer ||
         (file == ElementType::I16 && buffer == ElementType::BF16);
}

static StringRef descrOf(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return "<f2";
  case ElementType::BF16:
    return "<u2";
  case ElementType::F32:
    return "<f4";
  case ElementType::F64:
    return "<f8";
  case ElementType::I8:
    return "|i1";
  case ElementType::I16:
    return "<i2";
  case ElementType::I32:
    return "<i4";
  case ElementType::I64:
    return "<i8";
  }
  llvm_unreachable("unknown element type");
}

std::string ts::num::npyHeader(ElementType type, ArrayRef<int64_t> shape) {
  std::string dict;
  raw_string_ostream os(dict);
  os << "{'descr': '" << descrOf(type)
     << "', 'fortran_order': False, 'shape': (";
  interleave(shape, os, ", ");
  os << (shape.size() == 1 ? ",), }" : "), }");
  // The data starts at a multiple of 64 bytes; a newline ends the header.
  size_t prefix = 10;
  dict.append((64 - (prefix + dict.size() + 1) % 64) % 64, ' ');
  dict += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += char(dict.size() & 255);
  header += char(dict.size() >> 8);
  return header + dict;
}
