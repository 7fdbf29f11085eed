//===- TuningDatabase.cpp - What was measured, and where ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Reading, asking and extending the file of records. A file may be edited by
// hand, cut short or written by a later version: what cannot be read is skipped
// with a warning and stays in the file.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/TuningDatabase.h"

#include "SortBy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace ts;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

static constexpr char shippedText[] =
#include "Shipped.inc"
    ;

/// Written at the top of a new file.
static constexpr char heading[] =
    "# Schedules measured by ts-run --tune, one record a line "
    "(docs/tuning.md).\n";

TuningDatabase TuningDatabase::parse(StringRef text, StringRef name) {
  TuningDatabase database;
  database.name = name.str();
  unsigned number = 0, skipped = 0;
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    ++number;
    line = line.trim();
    if (line.empty() || line.starts_with("#"))
      continue;
    Expected<TuningRecord> record = parseRecord(line);
    if (record) {
      database.records.push_back(std::move(*record));
      continue;
    }
    std::string why = llvm::toString(record.takeError());
    std::replace(why.begin(), why.end(), '\n', ' ');
    if (skipped++ == 0)
      database.warning = ("tuning database '" + name + "', line " +
                          Twine(number) + " is no record: " + why + "; skipped")
                             .str();
  }
  if (skipped > 1)
    database.warning += (", and " + Twine(skipped - 1) + " more lines").str();
  return database;
}

Expected<TuningDatabase> TuningDatabase::load(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError("cannot read tuning database '" + path +
                                   "': " + buffer.getError().message());
  return parse((*buffer)->getBuffer(), path);
}

const TuningDatabase &TuningDatabase::shipped() {
  static const TuningDatabase database = parse(shippedText, "shipped");
  return database;
}

/// The last record of each schedule for each problem, wrong ones included, so
/// that a schedule found to be wrong later is not used either.
static std::vector<const TuningRecord *>
latest(llvm::ArrayRef<TuningRecord> records, const TuningKey &key) {
  llvm::StringMap<const TuningRecord *> last;
  std::vector<std::string> order;
  for (const TuningRecord &record : records) {
    if (record.key.distance(key) > TuningDatabase::maxDistance)
      continue;
    std::string id = record.key.shape() + record.schedule +
                     std::to_string(record.key.distance(key));
    if (last.insert({id, &record}).second)
      order.push_back(id);
    last[id] = &record;
  }
  std::vector<const TuningRecord *> result;
  for (const std::string &id : order)
    result.push_back(last[id]);
  return result;
}

bool TuningDatabase::knowsChip(llvm::StringRef chip) const {
  return llvm::any_of(records, [&](const TuningRecord &record) {
    return record.key.chip == chip;
  });
}

std::vector<Neighbour> TuningDatabase::neighbours(const TuningKey &key) const {
  std::vector<Neighbour> found;
  for (const TuningRecord *record : latest(records, key))
    if (record->isUsable())
      found.push_back({record, record->key.distance(key)});
  sortBy(found, [](const Neighbour &neighbour) {
    const TuningKey &key = neighbour.record->key;
    return std::tuple(neighbour.distance, key.m, key.n, key.k,
                      neighbour.record->cost());
  });
  return found;
}

static Error fileError(const Twine &what, StringRef path, std::error_code ec) {
  return llvm::createStringError(ec, what + " '" + path + "': " + ec.message());
}

/// Writes all of `text` to disk under the name `path`.
static Error writeDurably(StringRef path, StringRef text) {
  int file = -1;
  llvm::SmallString<128> temporary;
  if (std::error_code ec = llvm::sys::fs::createUniqueFile(
          path + ".%%%%%%.tmp", file, temporary, llvm::sys::fs::OF_None,
          llvm::sys::fs::all_read | llvm::sys::fs::owner_write))
    return fileError("cannot write beside", path, ec);
  llvm::raw_fd_ostream os(file, /*shouldClose=*/true);
  os << text;
  os.flush();
  std::error_code ec = os.error();
  if (!ec && ::fsync(file) != 0)
    ec = llvm::errnoAsErrorCode();
  os.close();
  if (!ec)
    ec = os.error();
  os.clear_error();
  if (!ec)
    ec = llvm::sys::fs::rename(temporary, path);
  if (!ec)
    return Error::success();
  llvm::sys::fs::remove(temporary);
  return fileError("cannot write", path, ec);
}

namespace {

/// A lock of the system's on a file beside the database, which ends with its
/// process. LLVM's LockFileManager may give one lock to two (its users do the
/// same work twice then; here records would be lost), and LLVM's lockFile does
/// not tell threads apart.
class FileLock {
public:
  explicit FileLock(StringRef path) : path(path.str()) {}
  ~FileLock() {
    if (file < 0)
      return;
    if (isHeld)
      ::unlink(path.c_str());
    ::close(file);
  }

  /// False if another one has it.
  llvm::ErrorOr<bool> tryLock() {
    if (file >= 0)
      ::close(file);
    file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0)
      return llvm::errnoAsErrorCode();
    if (::flock(file, LOCK_EX | LOCK_NB) != 0)
      return errno == EWOULDBLOCK ? llvm::ErrorOr<bool>(false)
                                  : llvm::errnoAsErrorCode();
    // The one before may have removed the file that is locked now.
    struct stat mine, there;
    isHeld = ::fstat(file, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
             mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
    return isHeld;
  }

private:
  std::string path;
  int file = -1;
  bool isHeld = false;
};

} // namespace

/// Runs `write` while nobody else does so with the file.
static Error exclusively(StringRef path, llvm::function_ref<Error()> write) {
  constexpr std::chrono::milliseconds pause(2);
  constexpr std::chrono::seconds patience(30);
  auto start = std::chrono::steady_clock::now();
  FileLock lock((path + ".lock").str());
  while (std::chrono::steady_clock::now() - start < patience) {
    llvm::ErrorOr<bool> isOurs = lock.tryLock();
    // Where no lock can be made nothing can be written: `write` says why.
    if (!isOurs || *isOurs)
      return write();
    std::this_thread::sleep_for(pause);
  }
  return llvm::createStringError("another process has had tuning database '" +
                                 path + "' locked for " +
                                 Twine(patience.count()) + " s");
}

static Error append(StringRef path, llvm::ArrayRef<TuningRecord> records) {
  std::string text = heading;
  auto old = llvm::MemoryBuffer::getFile(path);
  if (old)
    text = (*old)->getBuffer().str();
  else if (old.getError() != std::errc::no_such_file_or_directory)
    return fileError("cannot read tuning database", path, old.getError());
  // A line that was cut short must not swallow the next one.
  if (!text.empty() && text.back() != '\n')
    text += '\n';
  for (const TuningRecord &record : records)
    text += record.toLine() + "\n";
  return writeDurably(path, text);
}

Error ts::appendRecords(StringRef path, llvm::ArrayRef<TuningRecord> records) {
  return exclusively(path, [&] { return append(path, records); });
}
