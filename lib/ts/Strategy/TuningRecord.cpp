//===- TuningRecord.cpp - One measured schedule as a line of text ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A record is one JSON object on one line: scripts read it as JSON, people sort
// it with the tools they have. The time stands first, since that is what one
// looks for.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/TuningDatabase.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace ts;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

double TuningRecord::cost() const {
  return memsetMilliseconds > 0 ? milliseconds / memsetMilliseconds
                                : milliseconds;
}

/// Hundredths of a microsecond are more than a clock gives.
static void writeTime(json::OStream &j, StringRef name, double milliseconds) {
  j.attributeBegin(name);
  j.rawValue(llvm::formatv("{0:f5}", milliseconds).str());
  j.attributeEnd();
}

static std::string transposeText(const Layouts &layouts) {
  return {layouts.transposeA ? 't' : 'n', layouts.transposeB ? 't' : 'n'};
}

std::string TuningRecord::toLine() const {
  std::string line;
  llvm::raw_string_ostream os(line);
  json::OStream j(os);
  j.object([&] {
    writeTime(j, "ms", milliseconds);
    writeTime(j, "memset_ms", memsetMilliseconds);
    j.attribute("chip", key.chip);
    j.attribute("class", stringifyShapeClass(key.shapeClass()));
    j.attribute("m", key.m);
    j.attribute("n", key.n);
    j.attribute("k", key.k);
    j.attribute("precision", stringifyPrecisionMode(key.precision));
    j.attribute("element", key.element);
    j.attribute("result", key.result);
    j.attribute("transpose", transposeText(key.layouts));
    j.attributeArray("align", [&] {
      for (int64_t bytes : key.layouts.align)
        j.value(bytes);
    });
    j.attribute("samples", samples);
    j.attribute("checked", checked);
    j.attribute("outputs", outputs);
    if (!wrong.empty())
      j.attribute("wrong", wrong);
    j.attribute("device", device);
    j.attribute("driver", driver);
    j.attribute("compiler", compiler);
    j.attribute("registers", registers);
    j.attribute("local_bytes", localBytes);
    j.attribute("date", date);
    j.attribute("schedule", schedule);
  });
  return line;
}

static Error malformed(const llvm::Twine &what) {
  return llvm::createStringError(what);
}

/// Reads the fields of one object; the first failure stays.
namespace {
class Reader {
public:
  explicit Reader(const json::Object &object) : object(object) {}

  void number(StringRef name, double &value) {
    if (std::optional<double> found = object.getNumber(name))
      value = *found;
    else
      fail(name, "a number");
  }
  void integer(StringRef name, int64_t &value) {
    if (std::optional<int64_t> found = object.getInteger(name))
      value = *found;
    else
      fail(name, "an integer");
  }
  void text(StringRef name, std::string &value) {
    if (std::optional<StringRef> found = object.getString(name))
      value = found->str();
    else
      fail(name, "a text");
  }
  void layouts(Layouts &layouts) {
    std::string transpose;
    text("transpose", transpose);
    if (transpose.size() != 2 ||
        StringRef(transpose).find_first_not_of("nt") != StringRef::npos)
      fail("transpose", "nn, nt, tn or tt");
    else
      std::tie(layouts.transposeA, layouts.transposeB) =
          std::pair(transpose[0] == 't', transpose[1] == 't');
    const json::Array *align = object.getArray("align");
    if (!align || align->size() != layouts.align.size())
      return fail("align", "three numbers");
    for (auto [bytes, value] : llvm::zip_equal(layouts.align, *align)) {
      if (!value.getAsInteger())
        return fail("align", "three numbers");
      bytes = *value.getAsInteger();
    }
  }
  void fail(StringRef name, StringRef expected) {
    if (fault.empty())
      fault = ("'" + name + "' is not " + expected).str();
  }
  std::string fault;

private:
  const json::Object &object;
};
} // namespace

static void readKey(Reader &reader, TuningKey &key) {
  std::string precision;
  reader.text("chip", key.chip);
  reader.integer("m", key.m);
  reader.integer("n", key.n);
  reader.integer("k", key.k);
  reader.text("element", key.element);
  reader.text("result", key.result);
  reader.text("precision", precision);
  reader.layouts(key.layouts);
  if (auto mode = symbolizePrecisionMode(precision))
    key.precision = *mode;
  else
    reader.fail("precision", "a precision mode");
  for (auto [name, extent] :
       {std::pair("m", key.m), {"n", key.n}, {"k", key.k}})
    if (extent < 1)
      reader.fail(name, "positive");
}

Expected<TuningRecord> ts::parseRecord(StringRef line) {
  Expected<json::Value> value = json::parse(line);
  if (!value)
    return value.takeError();
  const json::Object *object = value->getAsObject();
  if (!object)
    return malformed("it is no object");
  TuningRecord record;
  Reader reader(*object);
  readKey(reader, record.key);
  reader.number("ms", record.milliseconds);
  reader.number("memset_ms", record.memsetMilliseconds);
  reader.integer("samples", record.samples);
  reader.integer("checked", record.checked);
  reader.integer("outputs", record.outputs);
  reader.text("schedule", record.schedule);
  reader.text("device", record.device);
  reader.text("driver", record.driver);
  reader.text("compiler", record.compiler);
  reader.text("date", record.date);
  // Facts that a driver need not give.
  record.registers = object->getInteger("registers").value_or(0);
  record.localBytes = object->getInteger("local_bytes").value_or(0);
  record.wrong = object->getString("wrong").value_or("").str();
  // A schedule that gave wrong results has no time.
  if (record.wrong.empty() && !(record.milliseconds > 0))
    reader.fail("ms", "positive");
  if (!reader.fault.empty())
    return malformed(reader.fault);
  return record;
}
